// What is built in: in JavaScript, and in jq itself.

const NATIVE = {};
function simple(name, give) {
  NATIVE[`${name}/0`] = (v, p, env, emit) => emit(give(v), p && fresh());
}
function withValues(name, count, give) {
  NATIVE[`${name}/${count}`] = (v, p, env, emit, ...args) => {
    const go = (i, values) => (i === args.length ? emit(give(v, ...values), p && fresh())
      : run(args[i], v, null, env, (x) => go(i + 1, [...values, x])));
    go(0, []);
  };
}
const list = (v, what) => { if (!Array.isArray(v)) throw new JqError(`${named(v)} cannot be ${what}, as it is not an array`); return v; };
const string = (v, what) => { if (typeof v !== "string") throw new JqError(`${named(v)} ${what}`); return v; };
const keyed = (v, f, env) => list(v, "sorted").map((one) => ({ one, key: results(f, one, env) })).sort((a, b) => compare(a.key, b.key));
function groups(v, f, env) {
  const found = [];
  for (const { one, key } of keyed(v, f, env)) {
    const last = found[found.length - 1];
    if (last && compare(last.key, key) === 0) last.all.push(one);
    else found.push({ key, all: [one] });
  }
  return found;
}

simple("not", (v) => !truthy(v));
simple("type", kindOf);
simple("length", (v) => {
  if (v === null) return 0;
  if (typeof v === "number") return Math.abs(v);
  if (typeof v === "string") return [...v].length;
  if (typeof v === "boolean") throw new JqError(`${named(v)} has no length`);
  return Array.isArray(v) ? v.length : Object.keys(v).length;
});
simple("utf8bytelength", (v) => bytesOf(string(v, "only strings have UTF-8 byte length")).length);
const keysOf = (v) => {
  if (Array.isArray(v)) return v.map((_, i) => i);
  if (kindOf(v) === "object") return Object.keys(v);
  throw new JqError(`${named(v)} has no keys`);
};
simple("keys", (v) => (Array.isArray(v) ? keysOf(v) : keysOf(v).sort(byText)));
simple("keys_unsorted", keysOf);
simple("tostring", asText);
simple("tojson", (v) => JSON.stringify(v));
simple("fromjson", (v) => {
  try { return JSON.parse(string(v, "cannot be parsed as JSON")); } catch (error) {
    throw error instanceof JqError ? error : new JqError(`${named(v)} cannot be parsed as JSON`);
  }
});
simple("tonumber", (v) => {
  if (typeof v === "number") return v;
  const n = typeof v === "string" && v.trim() !== "" ? Number(v) : NaN;
  if (Number.isNaN(n)) throw new JqError(`${named(v)} cannot be parsed as a number`);
  return n;
});
simple("toboolean", (v) => {
  if (v === true || v === "true") return true;
  if (v === false || v === "false") return false;
  throw new JqError(`${named(v)} cannot be parsed as a boolean`);
});
simple("ascii_downcase", (v) => string(v, "cannot be lower-cased").replace(/[A-Z]/g, (s) => s.toLowerCase()));
simple("ascii_upcase", (v) => string(v, "cannot be upper-cased").replace(/[a-z]/g, (s) => s.toUpperCase()));
simple("trim", (v) => string(v, "cannot be trimmed").trim());
simple("ltrim", (v) => string(v, "cannot be trimmed").trimStart());
simple("rtrim", (v) => string(v, "cannot be trimmed").trimEnd());
simple("explode", (v) => [...string(v, "cannot be exploded")].map((sign) => sign.codePointAt(0)));
simple("implode", (v) => list(v, "imploded").map((n) => {
  if (typeof n !== "number" || n < 0 || n > 0x10ffff) throw new JqError("Unicode codepoint must be numeric");
  return String.fromCodePoint(n);
}).join(""));
simple("reverse", (v) => (v === null ? [] : typeof v === "string" ? [...v].reverse().join("") : [...list(v, "reversed")].reverse()));
simple("sort", (v) => [...list(v, "sorted")].sort(compare));
simple("unique", (v) => [...list(v, "sorted")].sort(compare).filter((x, i, all) => i === 0 || compare(all[i - 1], x) !== 0));
simple("min", (v) => list(v, "searched").reduce((a, b) => (a === undefined || compare(b, a) < 0 ? b : a), undefined) ?? null);
simple("max", (v) => list(v, "searched").reduce((a, b) => (a === undefined || compare(b, a) >= 0 ? b : a), undefined) ?? null);
simple("add", (v) => (Array.isArray(v) ? v : Object.values(v ?? {})).reduce((a, b) => added(a, b), null));
simple("any", (v) => list(v, "searched").some(truthy));
simple("all", (v) => list(v, "searched").every(truthy));
simple("transpose", (v) => Array.from({ length: Math.max(0, ...v.map((r) => r.length)) }, (_, i) => v.map((r) => r[i] ?? null)));
simple("to_entries", (v) => keysOf(v).map((key) => ({ key, value: v[key] })));
simple("from_entries", (v) => {
  const made = {};
  for (const entry of Array.isArray(v) ? v : Object.values(v ?? {})) {
    const pick = (...names) => { for (const name of names) { const x = own(entry, name); if (x !== null && x !== false) return x; } return names.map((name) => own(entry, name)).find((x) => x === false) ?? null; };
    const key = pick("key", "k", "name", "Name", "Key", "K");
    const value = ["value", "v", "Value", "V"].find((name) => Object.hasOwn(entry, name));
    put(made, key === null ? "null" : asText(key), value ? entry[value] : null);
  }
  return made;
});
simple("floor", (v) => Math.floor(v));
simple("ceil", (v) => Math.ceil(v));
simple("round", (v) => Math.sign(v) * Math.round(Math.abs(v)));
simple("trunc", (v) => Math.trunc(v));
simple("sqrt", (v) => Math.sqrt(v));
simple("fabs", (v) => Math.abs(v));
simple("abs", (v) => {
  if (typeof v !== "number") throw new JqError(`${named(v)} has no absolute value`);
  return Math.abs(v);
});
for (const name of ["log", "log2", "log10", "exp", "sin", "cos", "tan", "asin", "acos", "atan", "cbrt"]) simple(name, (v) => Math[name](v));
simple("exp2", (v) => 2 ** v);
simple("exp10", (v) => 10 ** v);
simple("infinite", () => Infinity);
simple("nan", () => NaN);
simple("isinfinite", (v) => v === Infinity || v === -Infinity);
simple("isnan", (v) => Number.isNaN(v));
simple("isnormal", (v) => Number.isFinite(v) && v !== 0);
simple("now", () => Date.now() / 1000);
simple("mktime", (v) => Math.floor(Date.UTC(v[0], v[1], v[2], v[3], v[4], v[5]) / 1000));
simple("gmtime", (v) => {
  const d = new Date(v * 1000);
  const start = Date.UTC(d.getUTCFullYear(), 0, 1);
  return [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes(),
    d.getUTCSeconds() + (v - Math.floor(v)), d.getUTCDay(), Math.floor((d.getTime() - start) / 86400000)];
});
simple("todate", (v) => new Date(Math.floor(v) * 1000).toISOString().replace(".000Z", "Z"));
simple("fromdate", (v) => {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?![^])/.test(v) ? Date.parse(v) : NaN;
  if (Number.isNaN(ms)) throw new JqError(`date "${v}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
  return ms / 1000;
});
NATIVE["fromdateiso8601/0"] = NATIVE["fromdate/0"];
NATIVE["todateiso8601/0"] = NATIVE["todate/0"];
simple("tostream_", (v) => streamed(v, []));
simple("ascii", (v) => String.fromCharCode(v));
simple("env", () => { throw new JqError("The environment is not there for queries"); });
simple("halt", () => { throw new JqError("halt ends programs, and a query is none"); });

function streamed(v, path) {
  const keys = v !== null && typeof v === "object" ? keysOf(v) : [];
  if (!keys.length) return [[path, v]];
  const found = keys.flatMap((key) => streamed(v[key], [...path, key]));
  found.push([[...path, keys[keys.length - 1]]]);
  return found;
}

withValues("has", 1, (v, key) => {
  if (Array.isArray(v) && typeof key === "number") return key >= 0 && key < v.length;
  if (kindOf(v) === "object" && typeof key === "string") return Object.hasOwn(v, key);
  throw new JqError(`Cannot check whether ${kindOf(v)} has a ${typeof key === "string" ? "string" : kindOf(key)} key`);
});
function contains(a, b) {
  if (kindOf(a) !== kindOf(b)) throw new JqError(`${named(a)} and ${named(b)} cannot have their containment checked`);
  if (typeof a === "string") return a.includes(b);
  if (Array.isArray(a)) return b.every((y) => a.some((x) => kindOf(x) === kindOf(y) && contains(x, y)));
  if (kindOf(a) === "object") return Object.keys(b).every((key) => Object.hasOwn(a, key) && kindOf(a[key]) === kindOf(b[key]) && contains(a[key], b[key]));
  return compare(a, b) === 0;
}
withValues("contains", 1, contains);
withValues("inside", 1, (v, other) => contains(other, v));
withValues("startswith", 1, (v, part) => string(v, "cannot start with anything").startsWith(string(part, "is no text to start with")));
withValues("endswith", 1, (v, part) => string(v, "cannot end with anything").endsWith(string(part, "is no text to end with")));
withValues("ltrimstr", 1, (v, part) => (typeof v === "string" && typeof part === "string" && v.startsWith(part) ? v.slice(part.length) : v));
withValues("rtrimstr", 1, (v, part) => (typeof v === "string" && typeof part === "string" && part && v.endsWith(part) ? v.slice(0, -part.length) : v));
withValues("trimstr", 1, (v, part) => {
  if (typeof v !== "string" || typeof part !== "string" || !part) return v;
  const left = v.startsWith(part) ? v.slice(part.length) : v;
  return left.endsWith(part) ? left.slice(0, -part.length) : left;
});
withValues("split", 1, (v, by) => {
  if (typeof v !== "string" || typeof by !== "string") throw new JqError("split input and separator must be strings");
  return v === "" ? [] : v.split(by);
});
withValues("join", 1, (v, by) => {
  if (!v.length) return "";
  return v.map((one) => {
    if (one === null) return "";
    if (typeof one === "object") throw new JqError(`${named(one)} cannot be joined`);
    return asText(one);
  }).join(by);
});
withValues("flatten", 1, (v, depth) => {
  if (depth < 0) throw new JqError("flatten depth must not be negative");
  return list(v, "flattened").flat(depth);
});
simple("flatten", (v) => list(v, "flattened").flat(Infinity));
withValues("indices", 1, (v, part) => {
  if (v === null) return null;
  if (typeof v === "string") {
    const found = [];
    const signs = [...v];
    const wanted = [...string(part, "is no text to look for")];
    return wanted.length ? places(signs, wanted) : found;
  }
  return Array.isArray(part) ? places(v, part) : v.flatMap((x, i) => (compare(x, part) === 0 ? [i] : []));
});
withValues("splits_", 2, (v, pattern, flags) => string(v, "cannot be matched").split(expression(pattern, `g${flags ?? ""}`)));
withValues("pow", 2, (v, a, b) => a ** b);
withValues("atan2", 2, (v, a, b) => Math.atan2(a, b));
withValues("fmin", 2, (v, a, b) => Math.min(a, b));
withValues("fmax", 2, (v, a, b) => Math.max(a, b));
withValues("fmod", 2, (v, a, b) => a % b);
withValues("ldexp", 2, (v, a, b) => a * 2 ** b);
withValues("setpath", 2, (v, path, x) => changed(v, list(path, "a path"), 0, () => x));
withValues("delpaths", 1, (v, paths) => without(v, list(paths, "paths")));
withValues("error", 1, (v, x) => { throw new JqError(x); });
NATIVE["error/0"] = (v) => { throw new JqError(v); };
NATIVE["empty/0"] = () => undefined;
NATIVE["debug/0"] = (v, p, env, emit) => emit(v, p);
NATIVE["debug/1"] = NATIVE["debug/0"];
NATIVE["stderr/0"] = NATIVE["debug/0"];
NATIVE["path/1"] = (v, p, env, emit, f) => paths_of(f, v, env).forEach((path) => emit(path, p && fresh()));
NATIVE["getpath/1"] = (v, p, env, emit, f) => run(f, v, null, env, (path) => emit(at(v, path), p && [...p, ...path]));
NATIVE["sort_by/1"] = (v, p, env, emit, f) => emit(keyed(v, f, env).map(({ one }) => one), p && fresh());
NATIVE["group_by/1"] = (v, p, env, emit, f) => emit(groups(v, f, env).map(({ all }) => all), p && fresh());
NATIVE["unique_by/1"] = (v, p, env, emit, f) => emit(groups(v, f, env).map(({ all }) => all[0]), p && fresh());
NATIVE["min_by/1"] = (v, p, env, emit, f) => { const all = keyed(v, f, env); emit(all.length ? all[0].one : null, p && fresh()); };
NATIVE["max_by/1"] = (v, p, env, emit, f) => { const all = keyed(v, f, env); emit(all.length ? all[all.length - 1].one : null, p && fresh()); };
NATIVE["range/1"] = (v, p, env, emit, to) => run(to, v, null, env, (n) => { for (let i = 0; i < n; i += 1) emit(i, p && fresh()); });
NATIVE["range/2"] = (v, p, env, emit, from, to) => run(from, v, null, env, (a) => run(to, v, null, env, (b) => { for (let i = a; i < b; i += 1) emit(i, p && fresh()); }));
NATIVE["range/3"] = (v, p, env, emit, from, to, by) => run(from, v, null, env, (a) => run(to, v, null, env, (b) => run(by, v, null, env, (step) => {
  if (step === 0) throw new JqError("The step of a range must not be 0");
  for (let i = a; step > 0 ? i < b : i > b; i += step) emit(i, p && fresh());
})));
NATIVE["limit/2"] = (v, p, env, emit, count, f) => run(count, v, null, env, (n) => {
  if (n <= 0) return;
  const mark = new Break(null);
  let left = n;
  try { run(f, v, p, env, (x, q) => { left -= 1; emit(x, q); if (left <= 0) throw mark; }); } catch (error) { if (error !== mark) throw error; }
});
NATIVE["first/1"] = (v, p, env, emit, f) => {
  const mark = new Break(null);
  let found = null;
  try { run(f, v, p, env, (x, q) => { found = [x, q]; throw mark; }); } catch (error) { if (error !== mark) throw error; }
  if (found) emit(...found);
};
NATIVE["last/1"] = (v, p, env, emit, f) => {
  let found = null;
  run(f, v, p, env, (x, q) => { found = [x, q]; });
  if (found) emit(...found);
};
NATIVE["isempty/1"] = (v, p, env, emit, f) => emit(first(f, v, env) === null, p && fresh());
NATIVE["add/1"] = (v, p, env, emit, f) => emit(results(f, v, env).reduce((a, b) => added(a, b), null), p && fresh());
NATIVE["any/1"] = (v, p, env, emit, f) => emit(list(v, "searched").some((one) => results(f, one, env).some(truthy)), p && fresh());
NATIVE["all/1"] = (v, p, env, emit, f) => emit(list(v, "searched").every((one) => results(f, one, env).every(truthy)), p && fresh());
NATIVE["any/2"] = (v, p, env, emit, of, f) => emit(results(of, v, env).some((one) => results(f, one, env).some(truthy)), p && fresh());
NATIVE["all/2"] = (v, p, env, emit, of, f) => emit(results(of, v, env).every((one) => results(f, one, env).every(truthy)), p && fresh());
// Depth first with a list of our own: the stack of JavaScript is short, and such programs run long.
function deep(v, p, next, visit) {
  const waiting = [[v, p]];
  while (waiting.length) {
    const [x, q] = waiting.pop();
    if (!visit(x, q)) continue;
    const found = [];
    next(x, q, (y, r) => { found.push([y, r]); });
    while (found.length) waiting.push(found.pop());
  }
}
const holds = (test, x, env) => results(test, x, env).some(truthy);
const every = (x, q, emit) => { if (x !== null && typeof x === "object") members(x, q, emit); };
NATIVE["recurse/0"] = (v, p, env, emit) => deep(v, p, every, (x, q) => { emit(x, q); return true; });
NATIVE["recurse/1"] = (v, p, env, emit, f) =>
  deep(v, p, (x, q, then) => run(f, x, q, env, then), (x, q) => { emit(x, q); return true; });
NATIVE["recurse/2"] = (v, p, env, emit, f, test) => deep(v, p, (x, q, then) =>
  run(f, x, q, env, (y, r) => { if (holds(test, y, env)) then(y, r); }), (x, q) => { emit(x, q); return true; });
NATIVE["repeat/1"] = NATIVE["recurse/1"];
NATIVE["while/2"] = (v, p, env, emit, test, f) => deep(v, p, (x, q, then) => run(f, x, q, env, then), (x, q) => {
  if (!holds(test, x, env)) return false;
  emit(x, q);
  return true;
});
NATIVE["until/2"] = (v, p, env, emit, test, f) => deep(v, p, (x, q, then) => run(f, x, q, env, then), (x, q) => {
  if (!holds(test, x, env)) return true;
  emit(x, q);
  return false;
});
NATIVE["map/1"] = (v, p, env, emit, f) => {
  const found = [];
  members(v, null, (one) => run(f, one, null, env, (x) => { found.push(x); }));
  emit(found, p && fresh());
};

function expression(pattern, flags) {
  let options = "u";
  let source = string(pattern, "cannot be matched, as it is not a string");
  for (const flag of flags ?? "") {
    if (flag === "g" || flag === "i" || flag === "s") options += flag;
    else if (flag === "p") options += "s";
    else if (flag === "x") source = source.replace(/\\.|\[(?:\\.|[^\]])*\]|\s+|#[^\n]*/g, (part) => (/^[\s#]/.test(part) ? "" : part));
    else if (flag !== "n" && flag !== "l") throw new JqError(`${flags} is not a valid modifier string`);
  }
  try { return new RegExp(source, [...new Set(options)].join("")); } catch (error) {
    throw new JqError(`${pattern} (at offset 0) is not a valid regex: ${error.message}`);
  }
}
function matched(v, pattern, flags) {
  if (Array.isArray(pattern)) [pattern, flags] = [pattern[0], pattern[1] ?? flags];
  const text = string(v, "cannot be matched, as it is not a string");
  const regex = expression(pattern, `g${(flags ?? "").replace("g", "")}`);
  const all = (flags ?? "").includes("g");
  const found = [];
  for (const hit of text.matchAll(regex)) {
    if ((flags ?? "").includes("n") && hit[0] === "") continue;
    const names = Object.keys(hit.groups ?? {});
    const order = groupNames(pattern);
    found.push({
      offset: [...text.slice(0, hit.index)].length, length: [...hit[0]].length, string: hit[0],
      captures: hit.slice(1).map((part, i) => ({
        offset: part === undefined ? -1 : [...text.slice(0, hit.index + hit[0].indexOf(part))].length,
        length: part === undefined ? 0 : [...part].length, string: part ?? null, name: names.length ? order[i] ?? null : null,
      })),
    });
    if (!all) break;
  }
  return found;
}
function groupNames(pattern) {
  const found = [];
  for (const hit of pattern.matchAll(/\\.|\[(?:\\.|[^\]])*\]|\((?!\?)|\(\?<([A-Za-z_]\w*)>/g)) {
    if (hit[0][0] === "(") found.push(hit[1] ?? null);
  }
  return found;
}
const captured = (hit) => Object.fromEntries(hit.captures.filter((one) => one.name !== null).map((one) => [one.name, one.string]));
withValues("matches_", 2, matched);
withValues("test", 1, (v, pattern) => matched(v, pattern, null).length > 0);
withValues("test", 2, (v, pattern, flags) => matched(v, pattern, flags).length > 0);
function substitute(v, p, env, emit, pattern, by, flags) {
  run(pattern, v, null, env, (source) => {
    const hits = matched(v, source, flags);
    const signs = [...v];
    const go = (i, at_, made) => {
      if (i === hits.length) return emit(made + signs.slice(at_).join(""), p && fresh());
      const hit = hits[i];
      return run(by, captured(hit), null, env, (text) => {
        if (typeof text !== "string") throw new JqError(`${named(text)} cannot be added to a string`);
        go(i + 1, hit.offset + hit.length, made + signs.slice(at_, hit.offset).join("") + text);
      });
    };
    go(0, 0, "");
  });
}
NATIVE["sub/2"] = (v, p, env, emit, pattern, by) => substitute(v, p, env, emit, pattern, by, "");
NATIVE["sub/3"] = (v, p, env, emit, pattern, by, flags) => run(flags, v, null, env, (f) => substitute(v, p, env, emit, pattern, by, f));
NATIVE["gsub/2"] = (v, p, env, emit, pattern, by) => substitute(v, p, env, emit, pattern, by, "g");
NATIVE["gsub/3"] = (v, p, env, emit, pattern, by, flags) => run(flags, v, null, env, (f) => substitute(v, p, env, emit, pattern, by, `g${f}`));
withValues("capture_", 2, (v, pattern, flags) => matched(v, pattern, flags).map(captured));
withValues("scan_", 2, (v, pattern, flags) => matched(v, pattern, `g${flags ?? ""}`).map((hit) => (hit.captures.length ? hit.captures.map((one) => one.string) : hit.string)));
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
withValues("strftime", 1, (v, pattern) => {
  const d = new Date(typeof v === "number" ? v * 1000 : Date.UTC(v[0], v[1], v[2], v[3], v[4], v[5]));
  const two = (n) => String(n).padStart(2, "0");
  const parts = {
    Y: d.getUTCFullYear(), m: two(d.getUTCMonth() + 1), d: two(d.getUTCDate()), H: two(d.getUTCHours()), M: two(d.getUTCMinutes()),
    S: two(d.getUTCSeconds()), Z: "UTC", z: "+0000", A: DAYS[d.getUTCDay()], a: DAYS[d.getUTCDay()].slice(0, 3), B: MONTHS[d.getUTCMonth()],
    b: MONTHS[d.getUTCMonth()].slice(0, 3), e: String(d.getUTCDate()).padStart(2), I: two(d.getUTCHours() % 12 || 12), p: d.getUTCHours() < 12 ? "AM" : "PM",
    j: String(Math.floor((d.getTime() - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86400000) + 1).padStart(3, "0"), s: Math.floor(d.getTime() / 1000),
    u: d.getUTCDay() || 7, w: d.getUTCDay(), y: two(d.getUTCFullYear() % 100), F: d.toISOString().slice(0, 10), T: d.toISOString().slice(11, 19), "%": "%",
  };
  return pattern.replace(/%(.)/g, (whole, sign) => (Object.hasOwn(parts, sign) ? String(parts[sign]) : whole));
});

const SOURCES = `
def select(f): if f then . else empty end;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type == "array" or type == "object");
def scalars: select(type != "array" and type != "object");
def map_values(f): .[] |= f;
def del(f): delpaths([path(f)]);
def with_entries(f): to_entries | map(f) | from_entries;
def paths: path(..) | select(length > 0);
def paths(f): . as #x | paths | select(. as #p | #x | getpath(#p) | f);
def leaf_paths: paths(scalars);
def pick(f): . as #x | reduce path(f) as #p (null; setpath(#p; #x | getpath(#p)));
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
def in(x): . as #k | x | has(#k);
def index(x): indices(x) | if . == null then null else .[0] end;
def rindex(x): indices(x) | if . == null then null else .[-1:][0] end;
def first: .[0];
def last: .[-1];
def nth(n): .[n];
def nth(n; f): last(limit(n + 1; f));
def skip(n; f): foreach f as #x (n; . - 1; if . < 0 then #x else empty end);
def combinations: if length == 0 then [] else .[0][] as #x | (.[1:] | combinations) as #w | [#x] + #w end;
def combinations(n): . as #x | [range(n)] | map(#x) | combinations;
def match(r): matches_(r; null) | .[];
def match(r; f): matches_(r; f) | .[];
def capture(r): capture_(r; null) | .[];
def capture(r; f): capture_(r; f) | .[];
def scan(r): scan_(r; null) | .[];
def scan(r; f): scan_(r; f) | .[];
def splits(r): splits_(r; null) | .[];
def splits(r; f): splits_(r; f) | .[];
def split(r; f): splits_(r; f);
def tostream: tostream_ | .[];
def fromstream(f): foreach f as #i ({x: null, e: false}; if .e then {x: null, e: false} else . end | if #i | length == 2 then setpath(["e"]; #i[0] | length == 0) | setpath(["x"] + #i[0]; #i[1]) else setpath(["e"]; #i[0] | length == 1) end; if .e then .x else empty end);
def truncate_stream(s): . as #n | s | select(.[0] | length > #n) | setpath([0]; .[0][#n:]);
def date: todate;
def dateadd(u; n): . + n;
def datesub(u; n): . - n;
def toarray: if type == "array" then . else [.] end;
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def INDEX(s; f): reduce s as #r ({}; .[#r | f | tostring] |= #r);
def INDEX(f): INDEX(.[]; f);
`;
const DEFINED = new Map();
for (const line of SOURCES.replaceAll("#", VAR).trim().split("\n")) {
  const { def } = parse([...words(line), { kind: "op", text: ".", start: 0 }]);
  DEFINED.set(`${def.name}/${def.params.length}`, def);
}
