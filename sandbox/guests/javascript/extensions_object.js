// Methods of plain objects.
(function (P) {
  "use strict";

  function textArgument(value, name) {
    if (typeof value !== "string" || value === "")
      P.fail(
        `${name}(): expected non-empty string arg`,
        `Say what to look for, e.g. .${name}("text").`,
      );
    return value;
  }

  /** A copy with the fields that pass; also a key such as __proto__ stays an ordinary field. */
  function filtered(object, passes) {
    const result = {};
    for (const [key, value] of Object.entries(object)) {
      if (passes(value, key))
        Object.defineProperty(result, key, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
    }
    return result;
  }

  const contains = (text) => (value) => typeof value === "string" && value.includes(text);
  const isKept = (value) =>
    value !== null && value !== undefined && value !== "" && value !== "nil";

  function compact(object) {
    const kept = filtered(object, isKept);
    for (const [key, value] of Object.entries(kept)) {
      if (P.isPlain(value) && Object.getPrototypeOf(value) === Object.prototype)
        kept[key] = compact(value);
    }
    return kept;
  }

  function formEncoded(text) {
    return encodeURIComponent(text.toWellFormed())
      .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll("%20", "+");
  }

  const encodedValue = (value) =>
    value !== null && typeof value === "object" ? JSON.stringify(value) : String(value);

  // First argument: the object that the method was called on.
  const methods = {
    isEmpty: (object) => P.empty(object),
    isNotEmpty: (object) => !P.empty(object),
    hasField: (object, name) => Object.hasOwn(object, String(name)),
    removeField: (object, name) => filtered(object, (_, key) => key !== String(name)),
    removeFieldsContaining(object, text) {
      const found = contains(textArgument(text, "removeFieldsContaining"));
      return filtered(object, (value) => !found(value));
    },
    keepFieldsContaining: (object, text) =>
      filtered(object, contains(textArgument(text, "keepFieldsContaining"))),
    compact,
    urlEncode: (object) =>
      Object.entries(object)
        .map(([key, value]) => `${formEncoded(key)}=${formEncoded(encodedValue(value))}`)
        .join("&"),
    keys: (object) => Object.keys(object),
    values: (object) => Object.values(object),
    merge(object, other) {
      if (!P.isPlain(other)) P.fail("merge(): expected object arg");
      const more = filtered(other, (_, key) => !Object.hasOwn(object, key));
      return { ...more, ...object };
    },
    toJsonString: (object) => JSON.stringify(object),
    toInt: () => undefined,
    toFloat: () => undefined,
    toNumber: () => undefined,
    toBoolean: () => undefined,
    toDateTime: () => undefined,
  };

  for (const [name, method] of Object.entries(methods)) {
    P.extend("Object", {
      [name](...given) {
        return method(this, ...given);
      },
    });
  }
})((globalThis.__penstock ??= {}));
