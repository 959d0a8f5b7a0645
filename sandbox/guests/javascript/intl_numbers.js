// Intl.NumberFormat. Numbers are rounded on their shortest decimal digits, halves away from zero, as ICU does.
(function (P) {
  "use strict";

  const NO_FRACTION = new Set([
    "JPY",
    "KRW",
    "CLP",
    "VND",
    "ISK",
    "UGX",
    "XAF",
    "XOF",
    "PYG",
    "RWF",
    "KMF",
    "GNF",
    "BIF",
    "DJF",
    "VUV",
    "XPF",
  ]);
  const THREE_DIGITS = new Set(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);
  const COMPACT = {
    short: ["", "K", "M", "B", "T"],
    long: ["", " thousand", " million", " billion", " trillion"],
  };

  /** {negative, digits, exponent}: the value is 0.digits times ten to the exponent. */
  function decimalOf(value) {
    const text =
      typeof value === "bigint" ? value.toString() : String(Object.is(value, -0) ? "-0" : value);
    const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text);
    const all = match[2] + (match[3] ?? "");
    const digits = all.replace(/^0+/, "");
    const exponent =
      digits === "" ? 0 : match[2].length + Number(match[4] ?? 0) - (all.length - digits.length);
    return { negative: match[1] === "-", digits: digits.replace(/0+$/, ""), exponent };
  }

  /** Keep `count` digits after the point of 0.digits; a negative count keeps none. */
  function rounded(number, count, mode) {
    if (count >= number.digits.length) return number;
    const kept = count > 0 ? number.digits.slice(0, count) : "";
    if (!roundsUp(number, count, mode)) return { ...number, digits: kept.replace(/0+$/, "") };
    const raised = String(BigInt(kept || "0") + 1n).padStart(Math.max(count, 0), "0");
    const exponent =
      number.exponent + (raised.length - Math.max(count, 0)) + (count < 0 ? -count : 0);
    return { ...number, digits: raised.replace(/0+$/, ""), exponent };
  }

  function roundsUp(number, count, mode) {
    if (mode === "trunc") return false;
    if (mode === "ceil") return !number.negative;
    if (mode === "floor") return number.negative;
    if (mode === "expand") return true;
    if (count < 0) return false;
    const rest = number.digits.slice(count);
    const half = rest[0] === "5" && rest.length === 1;
    if (half && mode === "halfTrunc") return false;
    if (half && mode === "halfEven") return Number(number.digits[count - 1] ?? 0) % 2 === 1;
    return rest[0] >= "5";
  }

  /** [whole digits, fraction digits] with at least and at most so many fraction digits. */
  function fixed(number, settings) {
    const bySignificance = settings.maximumSignificantDigits !== undefined;
    const keep = bySignificance
      ? settings.maximumSignificantDigits
      : number.exponent + settings.maximumFractionDigits;
    const { digits, exponent } =
      number.digits === "" ? number : rounded(number, keep, settings.roundingMode);
    const whole = exponent > 0 ? digits.slice(0, exponent).padEnd(exponent, "0") : "";
    const fraction = exponent >= 0 ? digits.slice(exponent) : "0".repeat(-exponent) + digits;
    const least = bySignificance
      ? Math.max(
          0,
          settings.minimumSignificantDigits - Math.max(exponent, digits === "" ? 1 : exponent),
        )
      : settings.minimumFractionDigits;
    return [
      whole.padStart(settings.minimumIntegerDigits, "0"),
      digits === "" ? "".padEnd(least, "0") : fraction.padEnd(least, "0"),
    ];
  }

  function grouped(whole, settings, numbers) {
    const least =
      settings.useGrouping === "always" ? 1 : settings.useGrouping === "min2" ? 2 : numbers.least;
    if (settings.useGrouping === false || whole.length < 3 + least) return [whole];
    const groups = [whole.slice(-3)];
    const width = numbers.indian ? 2 : 3;
    for (let end = whole.length - 3; end > 0; end -= width)
      groups.unshift(whole.slice(Math.max(0, end - width), end));
    return groups;
  }

  function numberParts(number, settings, numbers) {
    const [whole, fraction] = fixed(number, settings);
    const parts = [];
    for (const [index, value] of grouped(whole, settings, numbers).entries()) {
      if (index > 0) parts.push({ type: "group", value: numbers.group });
      parts.push({ type: "integer", value });
    }
    if (fraction !== "")
      parts.push(
        { type: "decimal", value: numbers.decimal },
        { type: "fraction", value: fraction },
      );
    return parts;
  }

  function scaled(number, settings) {
    if (settings.style === "percent")
      return { ...number, exponent: number.digits === "" ? 0 : number.exponent + 2 };
    return number;
  }

  /** Compact notation: the number divided by a power of a thousand and what stands for it. */
  function compacted(number, settings) {
    const levels = COMPACT[settings.compactDisplay];
    let level =
      number.digits === ""
        ? 0
        : Math.min(levels.length - 1, Math.max(0, Math.floor((number.exponent - 1) / 3)));
    const at = (power) => ({
      ...number,
      exponent: number.digits === "" ? 0 : number.exponent - 3 * power,
    });
    const limits = (value) =>
      settings.explicit
        ? settings
        : {
            ...settings,
            minimumFractionDigits: 0,
            maximumFractionDigits: value.exponent <= 1 ? 1 : 0,
            maximumSignificantDigits: undefined,
          };
    let value = at(level);
    if (fixed(value, limits(value))[0].length > 3 && level < levels.length - 1) value = at(++level);
    return { value, suffix: levels[level], settings: { ...limits(value), useGrouping: "min2" } };
  }

  function magnitude(value, settings, numbers) {
    if (Number.isNaN(value)) return [{ type: "nan", value: "NaN" }];
    if (value === Infinity || value === -Infinity) return [{ type: "infinity", value: "∞" }];
    const number = scaled(decimalOf(value), settings);
    if (settings.notation !== "compact") return numberParts(number, settings, numbers);
    const compact = compacted(number, settings);
    const parts = numberParts(compact.value, compact.settings, numbers);
    const [, space, word] = /^(\s*)(.*)$/.exec(compact.suffix);
    if (space) parts.push({ type: "literal", value: space });
    if (word) parts.push({ type: "compact", value: word });
    return parts;
  }

  function isZero(parts) {
    return (
      parts[0].type !== "infinity" &&
      parts.every(
        ({ type, value }) => (type !== "integer" && type !== "fraction") || /^0*$/.test(value),
      )
    );
  }

  function signOf(value, parts, settings) {
    const display = settings.signDisplay;
    const negative = typeof value === "bigint" ? value < 0n : value < 0 || Object.is(value, -0);
    if (
      display === "never" ||
      ((display === "exceptZero" || display === "negative") && isZero(parts))
    )
      return "";
    if (negative) return "-";
    return display === "always" || display === "exceptZero" ? "+" : "";
  }

  /** A pattern such as `-{c}{n}` filled in. */
  function filled(pattern, inner, currency, minus) {
    return pattern
      .split(/(\{n\}|\{c\}|-|%)/)
      .filter(Boolean)
      .flatMap((piece) => {
        if (piece === "{n}") return inner;
        if (piece === "{c}") return [{ type: "currency", value: currency }];
        if (piece === "-") return [minus];
        if (piece === "%") return [{ type: "percentSign", value: "%" }];
        return [{ type: "literal", value: piece }];
      });
  }

  function currencyText(settings, numbers) {
    const { currency, currencyDisplay } = settings;
    const pair = numbers.symbols[currency] ?? currency;
    if (currencyDisplay === "code" || currencyDisplay === "name") return currency;
    return typeof pair === "string" ? pair : pair[currencyDisplay === "narrowSymbol" ? 1 : 0];
  }

  function moneyParts(inner, sign, settings, numbers) {
    const text = currencyText(settings, numbers);
    const asCode = /^[A-Z]{3}$/.test(text) && numbers.money.startsWith("{c}");
    const minus =
      sign === "-" ? { type: "minusSign", value: numbers.minus } : { type: "plusSign", value: "+" };
    const positive = asCode ? numbers.code : numbers.money;
    if (sign === "") return filled(positive, inner, text, minus);
    if (sign === "+") return filled(`-${positive}`, inner, text, minus);
    if (settings.currencySign === "accounting")
      return filled(asCode ? spaced(numbers.account) : numbers.account, inner, text, minus);
    return filled(asCode ? numbers.codeDebt : numbers.debt, inner, text, minus);
  }

  /** A code keeps a space from the digits that a sign does not. */
  const spaced = (pattern) => pattern.replace("{c}{n}", "{c}\u00a0{n}");

  function unitParts(value, inner, settings, table, locale) {
    const entry = table.units[settings.unitDisplay][settings.unit];
    if (entry === undefined)
      return [...inner, { type: "literal", value: " " }, { type: "unit", value: settings.unit }];
    const shown = inner
      .filter(({ type }) => type !== "group")
      .map(({ type, value: text }) => (type === "decimal" ? "." : text))
      .join("");
    const pattern =
      typeof entry === "string"
        ? entry
        : (entry[P.locales.plural(locale, Number(shown))] ?? entry.other);
    return pattern
      .split(/(\{n\})/)
      .filter(Boolean)
      .flatMap((piece) => {
        if (piece === "{n}") return inner;
        const [, before, word, after] = /^(\s*)(.*?)(\s*)$/.exec(piece);
        return [
          before && { type: "literal", value: before },
          word && { type: "unit", value: word },
          after && { type: "literal", value: after },
        ].filter(Boolean);
      });
  }

  function partsOf(value, settings, table, locale) {
    const { numbers } = table;
    const inner = magnitude(value, settings, numbers);
    const sign = signOf(value, inner, settings);
    if (settings.style === "currency") return moneyParts(inner, sign, settings, numbers);
    const signed =
      sign === ""
        ? []
        : [
            sign === "-"
              ? { type: "minusSign", value: numbers.minus }
              : { type: "plusSign", value: "+" },
          ];
    if (settings.style === "percent")
      return [...signed, ...filled(numbers.percent, inner, "", signed[0])];
    if (settings.style === "unit")
      return unitParts(value, [...signed, ...inner], settings, table, locale);
    return [...signed, ...inner];
  }

  function oneOf(options, name, values, fallback) {
    const value = options[name];
    if (value === undefined) return fallback;
    if (!values.includes(String(value)))
      throw new RangeError(
        `Value ${String(value)} out of range for Intl.NumberFormat options property ${name}`,
      );
    return String(value);
  }

  function digitsOf(options, name, low, high, fallback) {
    const value = options[name];
    if (value === undefined) return fallback;
    const number = Number(value);
    if (!(number >= low && number <= high)) throw new RangeError(`${name} value is out of range.`);
    return Math.floor(number);
  }

  function fractionDigits(settings, options) {
    const places =
      settings.style !== "currency"
        ? 0
        : NO_FRACTION.has(settings.currency)
          ? 0
          : THREE_DIGITS.has(settings.currency)
            ? 3
            : 2;
    const most = settings.style === "currency" ? places : settings.style === "percent" ? 0 : 3;
    const least = digitsOf(options, "minimumFractionDigits", 0, 100, undefined);
    const limit = digitsOf(options, "maximumFractionDigits", 0, 100, undefined);
    if (least !== undefined && limit !== undefined && least > limit)
      throw new RangeError("maximumFractionDigits value is out of range.");
    settings.explicit = least !== undefined || limit !== undefined;
    settings.minimumFractionDigits = least ?? Math.min(places, limit ?? places);
    settings.maximumFractionDigits = limit ?? Math.max(most, settings.minimumFractionDigits);
  }

  function significantDigits(settings, options) {
    if (
      options.minimumSignificantDigits === undefined &&
      options.maximumSignificantDigits === undefined
    )
      return;
    settings.explicit = true;
    settings.minimumSignificantDigits = digitsOf(options, "minimumSignificantDigits", 1, 21, 1);
    settings.maximumSignificantDigits = digitsOf(
      options,
      "maximumSignificantDigits",
      settings.minimumSignificantDigits,
      21,
      21,
    );
  }

  function grouping(options) {
    const value = options.useGrouping;
    if (value === undefined) return options.notation === "compact" ? "min2" : "auto";
    if (value === true || value === "true" || value === "always") return "always";
    return value === "min2" || value === "auto"
      ? value
      : value === false || value === "false"
        ? false
        : "auto";
  }

  function settingsOf(options) {
    const settings = {
      style: oneOf(options, "style", ["decimal", "percent", "currency", "unit"], "decimal"),
      notation: oneOf(
        options,
        "notation",
        ["standard", "scientific", "engineering", "compact"],
        "standard",
      ),
      compactDisplay: oneOf(options, "compactDisplay", ["short", "long"], "short"),
      signDisplay: oneOf(
        options,
        "signDisplay",
        ["auto", "never", "always", "exceptZero", "negative"],
        "auto",
      ),
      roundingMode: oneOf(
        options,
        "roundingMode",
        [
          "ceil",
          "floor",
          "expand",
          "trunc",
          "halfCeil",
          "halfFloor",
          "halfExpand",
          "halfTrunc",
          "halfEven",
        ],
        "halfExpand",
      ),
      minimumIntegerDigits: digitsOf(options, "minimumIntegerDigits", 1, 21, 1),
      useGrouping: grouping(options),
    };
    if (options.currency !== undefined) settings.currency = currencyCode(options.currency);
    if (settings.style === "currency") {
      if (settings.currency === undefined)
        throw new TypeError("Currency code is required with currency style.");
      settings.currencyDisplay = oneOf(
        options,
        "currencyDisplay",
        ["code", "symbol", "narrowSymbol", "name"],
        "symbol",
      );
      settings.currencySign = oneOf(
        options,
        "currencySign",
        ["standard", "accounting"],
        "standard",
      );
    }
    if (settings.style === "unit") {
      if (options.unit === undefined) throw new TypeError("Unit is required with unit style.");
      settings.unit = String(options.unit);
      settings.unitDisplay = oneOf(options, "unitDisplay", ["short", "narrow", "long"], "short");
    }
    fractionDigits(settings, options);
    significantDigits(settings, options);
    return settings;
  }

  function currencyCode(value) {
    const code = String(value).toUpperCase();
    if (!/^[A-Z]{3}$/.test(code)) throw new RangeError(`Invalid currency code : ${value}`);
    return code;
  }

  const numeric = (value) => (typeof value === "bigint" ? value : Number(value));

  class NumberFormat {
    #resolved;
    #settings;
    constructor(locales, options = {}) {
      this.#resolved = P.locales.resolve(locales);
      this.#settings = settingsOf(Object(options));
    }
    get format() {
      return (value) =>
        this.formatToParts(value)
          .map((part) => part.value)
          .join("");
    }
    formatToParts(value) {
      const { table, locale } = this.#resolved;
      return partsOf(numeric(value), this.#settings, table, locale);
    }
    formatRange(start, end) {
      return `${this.format(start)}–${this.format(end)}`;
    }
    resolvedOptions() {
      const { explicit: _inner, ...settings } = this.#settings;
      return { locale: this.#resolved.locale, numberingSystem: "latn", ...settings };
    }
    static supportedLocalesOf(locales) {
      return P.locales.supported(locales);
    }
  }

  P.NumberFormat = NumberFormat;
})((globalThis.__penstock ??= {}));
