// structuredClone for an engine that has none.
(function (P) {
  "use strict";

  function refuse(value) {
    const what = typeof value === "symbol" ? "A symbol" : "A function";
    throw new DOMException(`${what} could not be cloned.`, "DataCloneError");
  }

  const CONTAINERS = [
    [Date, (value) => new Date(value.getTime())],
    [RegExp, (value) => new RegExp(value.source, value.flags)],
    [Map, () => new Map()],
    [Set, () => new Set()],
    [ArrayBuffer, (value) => value.slice(0)],
    [Error, (value) => Object.assign(new Error(value.message), { name: value.name })],
    [Boolean, (value) => Object(value.valueOf())],
    [Number, (value) => Object(value.valueOf())],
    [String, (value) => Object(value.valueOf())],
  ];

  function empty(value) {
    if (Array.isArray(value)) return new Array(value.length);
    if (ArrayBuffer.isView(value))
      return new value.constructor(
        value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength),
      );
    return CONTAINERS.find(([Class]) => value instanceof Class)?.[1](value) ?? {};
  }

  function clone(value, seen) {
    if (typeof value === "function" || typeof value === "symbol") refuse(value);
    if (value === null || typeof value !== "object") return value;
    if (seen.has(value)) return seen.get(value);
    const copy = empty(value);
    seen.set(value, copy);
    if (value instanceof Map)
      for (const [key, each] of value) copy.set(clone(key, seen), clone(each, seen));
    else if (value instanceof Set) for (const each of value) copy.add(clone(each, seen));
    else if (!ArrayBuffer.isView(value) && !(value instanceof String)) fields(value, copy, seen);
    return copy;
  }

  function fields(value, copy, seen) {
    for (const key of Object.keys(value)) {
      Object.defineProperty(copy, key, {
        value: clone(value[key], seen),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }

  P.provide({
    structuredClone(value) {
      return clone(value, new Map());
    },
  });
})((globalThis.__penstock ??= {}));
