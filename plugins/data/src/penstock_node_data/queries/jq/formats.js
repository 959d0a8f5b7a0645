// Texts made of values: @csv, @base64 and the others.

const asText = (v) => (typeof v === "string" ? v : JSON.stringify(v));
const escaped = (text, table) => text.replace(/[&<>'"]/g, (sign) => table[sign]);
const HTML = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&quot;" };
function row(v, name, cell, join) {
  if (!Array.isArray(v)) throw new JqError(`${named(v)} cannot be ${name}-formatted, only an array can be`);
  return v.map((one) => {
    if (one === null) return "";
    if (typeof one === "number" || typeof one === "boolean") return String(one);
    if (typeof one === "string") return cell(one);
    throw new JqError(`${named(one)} is not valid in a ${name} row`);
  }).join(join);
}
const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
function bytesOf(text) {
  return [...unescape(encodeURIComponent(text))].map((sign) => sign.charCodeAt(0));
}
function base64(text) {
  const bytes = bytesOf(text);
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    out += SIGNS[a >> 2] + SIGNS[((a & 3) << 4) | ((b ?? 0) >> 4)];
    out += b === undefined ? "==" : SIGNS[((b & 15) << 2) | ((c ?? 0) >> 6)] + (c === undefined ? "=" : SIGNS[c & 63]);
  }
  return out;
}
function unbase64(text) {
  const clean = text.trimEnd().replaceAll("=", "");
  let bits = 0;
  let held = 0;
  let out = "";
  for (const sign of clean) {
    const value = SIGNS.indexOf(sign);
    if (value < 0) throw new JqError(`${named(text)} is not valid base64 data`);
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += String.fromCharCode((bits >> held) & 255);
    }
  }
  try { return decodeURIComponent(escape(out)); } catch { return out; }
}
const FORMATS = {
  "@text": asText,
  "@json": (v) => JSON.stringify(v),
  "@html": (v) => escaped(asText(v), HTML),
  "@uri": (v) => encodeURIComponent(asText(v)).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
  "@urid": (v) => decodeURIComponent(asText(v)),
  "@csv": (v) => row(v, "csv", (text) => `"${text.replaceAll('"', '""')}"`, ","),
  "@tsv": (v) => row(v, "tsv", (text) => text.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n").replaceAll("\r", "\\r"), "\t"),
  "@sh": (v) => (Array.isArray(v) ? v : [v]).map((one) => {
    if (one !== null && typeof one === "object") throw new JqError(`${named(one)} can not be escaped for shell`);
    return typeof one === "string" ? `'${one.replaceAll("'", "'\\''")}'` : String(one);
  }).join(" "),
  "@base64": (v) => base64(asText(v)),
  "@base64d": (v) => unbase64(asText(v)),
};
function formatted(name, v) {
  if (!Object.hasOwn(FORMATS, name)) throw new JqError(`${name} is not a valid format`);
  return FORMATS[name](v);
}
