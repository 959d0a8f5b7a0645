// Methods of numbers.
(function (P) {
  "use strict";

  const { DateTime } = globalThis.luxon;
  const TIMESTAMPS = {
    ms: (number) => DateTime.fromMillis(number),
    s: (number) => DateTime.fromSeconds(number),
    us: (number) => DateTime.fromMillis(number / 1000),
    excel: (number) => DateTime.fromMillis((number - 25569) * 86400000),
  };

  function integer(number, name) {
    if (!Number.isInteger(number))
      P.fail(
        `${name}() is only callable on integers`,
        "Round the number first, for example with .round().",
      );
    return number;
  }

  /** Halves away from zero, on the digits that the number shows: (1.005).round(2) is 1.01. */
  function rounded(number, places) {
    if (!Number.isFinite(number)) return number;
    if (!(places >= -100 && places <= 100))
      P.fail("round(): decimalPlaces must be between -100 and 100");
    const shifted = Math.round(Number(`${shift(Math.abs(number), places)}`));
    const result = Number(shift(shifted, -places));
    return number < 0 ? -result : result;
  }

  function shift(number, places) {
    const [digits, exponent = "0"] = String(number).split("e");
    return Number(`${digits}e${Number(exponent) + places}`);
  }

  function toDateTime(format = "ms") {
    const convert = Object.hasOwn(TIMESTAMPS, format) ? TIMESTAMPS[format] : undefined;
    if (convert === undefined)
      P.fail(`Unsupported format '${format}'`, "Use 'ms', 's', 'us' or 'excel'.");
    return convert(Number(this));
  }

  function round(decimalPlaces = 0) {
    return rounded(Number(this), Math.trunc(Number(decimalPlaces)));
  }

  const whole = function () {
    return rounded(Number(this), 0);
  };
  const same = function () {
    return Number(this);
  };

  P.extend("Number", {
    round,
    toDateTime,
    toInt: whole,
    toWholeNumber: whole,
    toNumber: same,
    toFloat: same,
    toDecimalNumber: same,
    abs() {
      return Math.abs(this);
    },
    ceil() {
      return Math.ceil(this);
    },
    floor() {
      return Math.floor(this);
    },
    format(locale = "en-US", options = {}) {
      return new Intl.NumberFormat(locale, options).format(Number(this));
    },
    isEven() {
      return integer(Number(this), "isEven") % 2 === 0;
    },
    isOdd() {
      return Math.abs(integer(Number(this), "isOdd") % 2) === 1;
    },
    isInteger() {
      return Number.isInteger(Number(this));
    },
    isEmpty: () => false,
    isNotEmpty: () => true,
    toBoolean() {
      return Number(this) !== 0;
    },
    toJsonString() {
      return JSON.stringify(Number(this));
    },
  });
})((globalThis.__penstock ??= {}));
