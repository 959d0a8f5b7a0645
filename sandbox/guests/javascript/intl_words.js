// Intl.PluralRules, RelativeTimeFormat, ListFormat, DisplayNames, Locale, Collator and Segmenter.
(function (P) {
  "use strict";

  function oneOf(options, name, values, fallback) {
    const value = options?.[name];
    if (value === undefined) return fallback;
    if (!values.includes(String(value)))
      throw new RangeError(`Value ${String(value)} out of range for option ${name}`);
    return String(value);
  }

  class Localized {
    #resolved;
    constructor(locales) {
      this.#resolved = P.locales.resolve(locales);
    }
    get _resolved() {
      return this.#resolved;
    }
    static supportedLocalesOf(locales) {
      return P.locales.supported(locales);
    }
  }

  class PluralRules extends Localized {
    #type;
    constructor(locales, options) {
      super(locales);
      this.#type = oneOf(options, "type", ["cardinal", "ordinal"], "cardinal");
    }
    select(number) {
      return P.locales.plural(this._resolved.locale, number, this.#type === "ordinal");
    }
    resolvedOptions() {
      return { locale: this._resolved.locale, type: this.#type };
    }
  }

  const UNITS = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];

  class RelativeTimeFormat extends Localized {
    #style;
    #numeric;
    #numbers;
    constructor(locales, options) {
      super(locales);
      this.#style = oneOf(options, "style", ["long", "short", "narrow"], "long");
      this.#numeric = oneOf(options, "numeric", ["always", "auto"], "always");
      this.#numbers = new P.NumberFormat(locales);
    }
    format(value, unit) {
      return this.formatToParts(value, unit)
        .map((part) => part.value)
        .join("");
    }
    formatToParts(value, unit) {
      const number = Number(value);
      const name = String(unit).replace(/s$/, "");
      if (!UNITS.includes(name))
        throw new RangeError(`Invalid unit argument for format() '${unit}'`);
      if (!Number.isFinite(number)) throw new RangeError("The number must be finite");
      const entry = this._resolved.table.relative[this.#style][name];
      const word = this.#numeric === "auto" ? entry.words[String(number)] : undefined;
      if (word !== undefined) return [{ type: "literal", value: word }];
      return this.#numbered(number, name, entry);
    }
    #numbered(number, name, entry) {
      const forms = number < 0 || Object.is(number, -0) ? entry.past : entry.future;
      const pattern =
        typeof forms === "string"
          ? forms
          : (forms[P.locales.plural(this._resolved.locale, number)] ?? forms.other);
      return pattern
        .split(/(\{n\})/)
        .filter(Boolean)
        .flatMap((piece) => {
          if (piece !== "{n}") return [{ type: "literal", value: piece }];
          return this.#numbers
            .formatToParts(Math.abs(number))
            .map((part) => ({ ...part, unit: name }));
        });
    }
    resolvedOptions() {
      return {
        locale: this._resolved.locale,
        style: this.#style,
        numeric: this.#numeric,
        numberingSystem: "latn",
      };
    }
  }

  class ListFormat extends Localized {
    #type;
    #style;
    constructor(locales, options) {
      super(locales);
      this.#type = oneOf(options, "type", ["conjunction", "disjunction", "unit"], "conjunction");
      this.#style = oneOf(options, "style", ["long", "short", "narrow"], "long");
    }
    format(list) {
      return this.formatToParts(list)
        .map((part) => part.value)
        .join("");
    }
    formatToParts(list) {
      const items = Array.from(list, (value) => {
        if (typeof value !== "string")
          throw new TypeError("Iterable yielded a value that is not a string");
        return { type: "element", value };
      });
      const [pair, middle, last] = this._resolved.table.lists[this.#type[0] + this.#style[0]];
      return items.flatMap((item, index) => {
        if (index === 0) return [item];
        const separator = items.length === 2 ? pair : index === items.length - 1 ? last : middle;
        return [{ type: "literal", value: separator }, item];
      });
    }
    resolvedOptions() {
      return { locale: this._resolved.locale, type: this.#type, style: this.#style };
    }
  }

  class Locale {
    #tag;
    constructor(tag) {
      if (typeof tag !== "string" && typeof tag !== "object")
        throw new TypeError("First argument to Intl.Locale constructor can't be empty or missing");
      [this.#tag] = P.locales.canonicalList([tag]);
    }
    get baseName() {
      return this.#tag.replace(/-u-.*$/, "");
    }
    get language() {
      return this.#tag.split("-")[0];
    }
    get region() {
      return this.baseName
        .split("-")
        .slice(1)
        .find((part) => part.length === 2 || /^\d{3}$/.test(part));
    }
    get script() {
      return this.baseName
        .split("-")
        .slice(1)
        .find((part) => part.length === 4);
    }
    get numberingSystem() {
      return P.locales.extensions(this.#tag).nu;
    }
    get hourCycle() {
      return P.locales.extensions(this.#tag).hc;
    }
    getWeekInfo() {
      const { week } = P.locales.resolve(this.baseName).table;
      return { ...week, weekend: [...week.weekend] };
    }
    get weekInfo() {
      return this.getWeekInfo();
    }
    toString() {
      return this.#tag;
    }
  }

  // Base letters first, then accents, then lower before upper case: the order of the root collation.
  const ASCII_ORDER =
    "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";
  const ASCII_WEIGHTS = Array.from({ length: 128 }, (_, code) =>
    ASCII_ORDER.indexOf(String.fromCharCode(code)),
  );
  const order = (left, right) => (left < right ? -1 : left > right ? 1 : 0);

  function baseLetters(text) {
    const lower = text.toLowerCase();
    return /[^\0-\x7f]/.test(lower)
      ? lower.normalize("NFD").replace(/[\u0300-\u036f]/g, "")
      : lower;
  }

  function weight(code) {
    if (code < 128) return ASCII_WEIGHTS[code];
    return /[\p{L}\p{N}]/u.test(String.fromCharCode(code)) || code >= 0xd800 ? code : 5;
  }

  function compareLetters(left, right) {
    const length = Math.min(left.length, right.length);
    for (let i = 0; i < length; i++) {
      const [first, second] = [left.charCodeAt(i), right.charCodeAt(i)];
      if (first !== second) return order(weight(first), weight(second)) || order(first, second);
    }
    return Math.sign(left.length - right.length);
  }

  function compareNumeric(left, right) {
    const [first, second] = [left, right].map((text) => text.match(/\d+|\D/g) ?? []);
    for (let i = 0; i < Math.min(first.length, second.length); i++) {
      const numbers = Number(first[i]) - Number(second[i]);
      const letters = () => compareLetters(first[i][0], second[i][0]);
      const difference = /\d/.test(first[i]) && /\d/.test(second[i]) ? numbers : letters();
      if (difference !== 0) return Math.sign(difference);
    }
    return Math.sign(first.length - second.length);
  }

  class Collator extends Localized {
    #sensitivity;
    #numeric;
    constructor(locales, options) {
      super(locales);
      this.#sensitivity = oneOf(
        options,
        "sensitivity",
        ["base", "accent", "case", "variant"],
        "variant",
      );
      this.#numeric =
        options?.numeric !== undefined
          ? Boolean(options.numeric)
          : this._resolved.extensions.kn === "true";
    }
    get compare() {
      return (left, right) =>
        this.#compare(String(left).normalize("NFC"), String(right).normalize("NFC"));
    }
    #compare(left, right) {
      if (left === right) return 0;
      const plain = this.#numeric ? compareNumeric : compareLetters;
      const base = plain(baseLetters(left), baseLetters(right));
      if (base !== 0 || this.#sensitivity === "base") return base;
      const accents =
        this.#sensitivity === "case" ? 0 : order(left.toLowerCase(), right.toLowerCase());
      if (accents !== 0 || this.#sensitivity === "accent") return accents;
      return order(right, left);
    }
    resolvedOptions() {
      return {
        locale: this._resolved.locale,
        usage: "sort",
        sensitivity: this.#sensitivity,
        numeric: this.#numeric,
        collation: "default",
        caseFirst: "false",
        ignorePunctuation: false,
      };
    }
  }

  P.words = { PluralRules, RelativeTimeFormat, ListFormat, Locale, Collator };
})((globalThis.__penstock ??= {}));
