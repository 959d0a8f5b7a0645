// The methods that expressions know on values of each type, by the name of the type: P.methods.String.isEmail.
//
// They are not put on prototypes: a field that is missing must stay undefined whatever it is called, for…in and
// JSON must not see them, and code nodes get the plain language. extensions_calls.js finds the calls in the source.
(function (P) {
  "use strict";

  const { DateTime } = globalThis.luxon;

  class ExtensionError extends Error {
    constructor(message, hint) {
      super(message);
      if (hint !== undefined)
        Object.defineProperty(this, "hint", { value: hint, configurable: true });
    }
  }
  Object.defineProperty(ExtensionError.prototype, "name", {
    value: "ExpressionExtensionError",
    writable: true,
    configurable: true,
  });

  P.fail = (message, hint) => {
    throw new ExtensionError(message, hint);
  };

  P.methods = { String: {}, Number: {}, Boolean: {}, Array: {}, Date: {}, Object: {} };

  P.extend = (type, methods) => {
    Object.assign(P.methods[type], methods);
  };

  P.isPlain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  P.isDateTime = (value) => DateTime.isDateTime(value);

  /** A text that is the same for equal JSON values, whatever the order of their keys; a key for sets. */
  P.fingerprint = (value) => {
    if (value === undefined) return "undefined";
    if (value === null || typeof value !== "object") return `${typeof value}:${String(value)}`;
    if (Array.isArray(value)) return `[${value.map(P.fingerprint).join(",")}]`;
    if (value instanceof Date || P.isDateTime(value)) return `date:${value.valueOf()}`;
    return `{${Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${P.fingerprint(value[key])}`)
      .join(",")}}`;
  };

  /** What documentation calls empty. */
  P.empty = (value) => {
    if (value === null || value === undefined || value === "") return true;
    if (Array.isArray(value)) return value.length === 0;
    if (value instanceof Date || P.isDateTime(value)) return false;
    return typeof value === "object" && Object.keys(value).length === 0;
  };
})((globalThis.__penstock ??= {}));
