// Intl for an engine that has none, and the methods of Date, Number and String that speak through it.
(function (P) {
  "use strict";

  const { DateTimeFormat, NumberFormat } = P;
  const { PluralRules, RelativeTimeFormat, ListFormat, Locale, Collator } = P.words;

  /** As in the standard, the two oldest may be called without `new`. */
  function callable(Class) {
    const made = function (locales, options) {
      return new Class(locales, options);
    };
    made.prototype = Class.prototype;
    made.supportedLocalesOf = Class.supportedLocalesOf;
    Object.defineProperty(made, "name", { value: Class.name });
    Object.defineProperty(Class.prototype, "constructor", {
      value: made,
      writable: true,
      configurable: true,
    });
    return made;
  }

  function define(target, members) {
    for (const [name, value] of Object.entries(members)) {
      Object.defineProperty(target, name, {
        value,
        writable: true,
        enumerable: false,
        configurable: true,
      });
    }
  }

  function supportedValuesOf(kind) {
    if (kind === "timeZone") return P.zones.names();
    if (kind === "calendar") return ["gregory"];
    if (kind === "numberingSystem") return ["latn"];
    throw new RangeError(`Invalid key : ${kind}`);
  }

  const intl = Object.create(Object.prototype, {
    [Symbol.toStringTag]: { value: "Intl", configurable: true },
  });
  define(intl, {
    DateTimeFormat: callable(DateTimeFormat),
    NumberFormat: callable(NumberFormat),
    PluralRules,
    RelativeTimeFormat,
    ListFormat,
    Locale,
    Collator: callable(Collator),
    getCanonicalLocales: P.locales.canonicalList,
    supportedValuesOf,
  });
  define(globalThis, { Intl: intl });

  function shown(date, locales, options, required, defaults) {
    const time = Date.prototype.getTime.call(date);
    if (Number.isNaN(time)) return "Invalid Date";
    return new DateTimeFormat(locales, options, required, defaults).format(time);
  }

  // Concise methods, so that they can't be used with `new`, like the ones they replace.
  define(Date.prototype, {
    toLocaleString(locales, options) {
      return shown(this, locales, options, "any", "all");
    },
    toLocaleDateString(locales, options) {
      return shown(this, locales, options, "date", "date");
    },
    toLocaleTimeString(locales, options) {
      return shown(this, locales, options, "time", "time");
    },
  });
  define(Number.prototype, {
    toLocaleString(locales, options) {
      return new NumberFormat(locales, options).format(Number.prototype.valueOf.call(this));
    },
  });
  define(BigInt.prototype, {
    toLocaleString(locales, options) {
      return new NumberFormat(locales, options).format(BigInt.prototype.valueOf.call(this));
    },
  });
  const plain = new Collator();
  define(String.prototype, {
    localeCompare(other, locales, options) {
      const usual = locales === undefined && options === undefined;
      return (usual ? plain : new Collator(locales, options)).compare(this, other);
    },
  });
})((globalThis.__penstock ??= {}));
