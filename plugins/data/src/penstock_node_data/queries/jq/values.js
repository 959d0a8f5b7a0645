// Values: their order, their parts, and arithmetic.

const kindOf = (v) => (v === null || v === undefined ? "null" : Array.isArray(v) ? "array" : typeof v);
const RANK = { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 };
const truthy = (v) => v !== null && v !== undefined && v !== false;
const show = (v) => {
  const text = JSON.stringify(v) ?? "null";
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
};
const named = (v) => `${kindOf(v)} (${show(v)})`;

function compare(a, b) {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind !== other) return RANK[kind] - RANK[other];
  if (kind === "null") return 0;
  if (kind === "boolean" || kind === "number" || kind === "string") return a < b ? -1 : a > b ? 1 : a === b ? 0 : -1;
  if (kind === "array") {
    for (let i = 0; i < a.length && i < b.length; i += 1) {
      const c = compare(a[i], b[i]);
      if (c) return c;
    }
    return a.length - b.length;
  }
  const keys = Object.keys(a).sort(byText);
  const others = Object.keys(b).sort(byText);
  const c = compare(keys, others);
  if (c) return c;
  for (const key of keys) {
    const d = compare(a[key], b[key]);
    if (d) return d;
  }
  return 0;
}
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : null);
function put(object, key, value) {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
  return object;
}

function indexed(v, key) {
  const kind = kindOf(v);
  if (kindOf(key) === "object" && (kind === "array" || kind === "null")) return sliced(v, key.start, key.end);
  if (kind === "null") {
    if (["string", "number", "null"].includes(kindOf(key))) return null;
  } else if (kind === "object" && typeof key === "string") return own(v, key);
  else if (kind === "array" && typeof key === "number") {
    const at = Math.floor(key);
    return v[at < 0 ? at + v.length : at] ?? null;
  } else if (kind === "array" && Array.isArray(key)) return places(v, key);
  throw new JqError(typeof key === "string"
    ? `Cannot index ${kind} with "${key}"` : `Cannot index ${kind} with ${kindOf(key)}`);
}
function places(v, part) {
  const found = [];
  if (part.length) for (let i = 0; i + part.length <= v.length; i += 1) {
    if (part.every((one, k) => compare(v[i + k], one) === 0)) found.push(i);
  }
  return found;
}
function bounds(length, from, to) {
  const clip = (n, other, up) => {
    if (n === null || n === undefined) return other;
    if (typeof n !== "number") throw new JqError("Start and end indices of an array slice must be numbers");
    const whole = up ? Math.ceil(n) : Math.floor(n);
    return Math.min(Math.max(whole < 0 ? whole + length : whole, 0), length);
  };
  const start = clip(from, 0, false);
  return [start, Math.max(start, clip(to, length, true))];
}
function sliced(v, from, to) {
  if (v === null) return null;
  if (typeof v === "string") {
    const signs = [...v];
    return signs.slice(...bounds(signs.length, from, to)).join("");
  }
  if (!Array.isArray(v)) throw new JqError(`Cannot index ${kindOf(v)} with object`);
  return v.slice(...bounds(v.length, from, to));
}
function at(v, path) {
  for (const key of path) {
    if (v === null || v === undefined) return null;
    v = indexed(v, key);
  }
  return v;
}
function changed(v, path, i, update) {
  if (i === path.length) return update(v);
  const key = path[i];
  if (kindOf(key) === "object") {
    const list = v === null ? [] : v;
    if (!Array.isArray(list)) throw new JqError(`Cannot update a slice of ${named(v)}`);
    const [start, end] = bounds(list.length, key.start, key.end);
    const part = changed(list.slice(start, end), path, i + 1, update);
    if (!Array.isArray(part)) throw new JqError("A slice of an array can only be assigned another array");
    return [...list.slice(0, start), ...part, ...list.slice(end)];
  }
  if (typeof key === "number") {
    if (v !== null && !Array.isArray(v)) throw new JqError(`Cannot index ${kindOf(v)} with number`);
    const list = v === null ? [] : v.slice();
    const place = key < 0 ? key + list.length : Math.floor(key);
    if (place < 0) throw new JqError("Out of bounds negative array index");
    if (place > 10_000_000) throw new JqError("Array index too large");
    while (list.length < place) list.push(null);
    list[place] = changed(list[place] ?? null, path, i + 1, update);
    return list;
  }
  if (typeof key !== "string") throw new JqError(`Invalid path component ${show(key)}`);
  if (v !== null && kindOf(v) !== "object") throw new JqError(`Cannot index ${kindOf(v)} with "${key}"`);
  const object = { ...(v ?? {}) };
  return put(object, key, changed(v === null ? null : own(v, key), path, i + 1, update));
}
function without(v, paths) {
  for (const path of [...paths].sort(compare).reverse()) v = removed(v, path, 0);
  return v;
}
function removed(v, path, i) {
  if (v === null || path.length === 0) return null;
  const key = path[i];
  if (i < path.length - 1) {
    const inner = indexed(v, key);
    return inner === null ? v : changed(v, [key], 0, () => removed(inner, path, i + 1));
  }
  if (kindOf(key) === "object") {
    const [start, end] = bounds(v.length, key.start, key.end);
    return [...v.slice(0, start), ...v.slice(end)];
  }
  if (Array.isArray(v) && typeof key === "number") {
    const place = key < 0 ? key + v.length : key;
    return v.filter((_, n) => n !== place);
  }
  if (kindOf(v) === "object" && typeof key === "string") {
    const { [key]: _, ...rest } = v;
    return rest;
  }
  throw new JqError(`Cannot delete field at ${show(key)} of ${kindOf(v)}`);
}

function added(a, b) {
  if (a === null) return b;
  if (b === null) return a;
  const kind = kindOf(a);
  if (kind === kindOf(b)) {
    if (kind === "number" || kind === "string") return a + b;
    if (kind === "array") return a.concat(b);
    if (kind === "object") return { ...a, ...b };
  }
  throw new JqError(`${named(a)} and ${named(b)} cannot be added`);
}
function merged(a, b) {
  const result = { ...a };
  for (const key of Object.keys(b)) {
    const both = kindOf(own(a, key)) === "object" && kindOf(b[key]) === "object";
    put(result, key, both ? merged(a[key], b[key]) : b[key]);
  }
  return result;
}
const ARITHMETIC = {
  "+": added,
  "-": (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (Array.isArray(a) && Array.isArray(b)) return a.filter((x) => !b.some((y) => compare(x, y) === 0));
    throw new JqError(`${named(a)} and ${named(b)} cannot be subtracted`);
  },
  "*": (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a * b;
    if (typeof a === "number" && typeof b === "string") [a, b] = [b, a];
    if (typeof a === "string" && typeof b === "number") {
      if (b <= 0) return null;
      if (a.length * b > 50_000_000) throw new JqError("Repeating this text makes it too long");
      return a.repeat(b < 1 ? 1 : Math.floor(b));
    }
    if (kindOf(a) === "object" && kindOf(b) === "object") return merged(a, b);
    throw new JqError(`${named(a)} and ${named(b)} cannot be multiplied`);
  },
  "/": (a, b) => {
    if (typeof a === "number" && typeof b === "number") {
      if (b === 0) throw new JqError(`${named(a)} and ${named(b)} cannot be divided because the divisor is zero`);
      return a / b;
    }
    if (typeof a === "string" && typeof b === "string") return a === "" ? [] : a.split(b);
    throw new JqError(`${named(a)} and ${named(b)} cannot be divided`);
  },
  "%": (a, b) => {
    if (typeof a === "number" && typeof b === "number") {
      const divisor = Math.abs(Math.trunc(b));
      if (divisor === 0) throw new JqError(`${named(a)} and ${named(b)} cannot be divided because the divisor is zero`);
      return Math.trunc(a) % divisor;
    }
    throw new JqError(`${named(a)} and ${named(b)} cannot be divided`);
  },
  "==": (a, b) => compare(a, b) === 0,
  "!=": (a, b) => compare(a, b) !== 0,
  "<": (a, b) => compare(a, b) < 0,
  "<=": (a, b) => compare(a, b) <= 0,
  ">": (a, b) => compare(a, b) > 0,
  ">=": (a, b) => compare(a, b) >= 0,
};
