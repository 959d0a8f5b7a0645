// Methods of Date and of Luxon's DateTime. A method gives back what it was called on: a Date or a DateTime.
(function (P) {
  "use strict";

  const { DateTime, Duration } = globalThis.luxon;
  const UNITS = [
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
  ];
  const SHORT = {
    y: "year",
    yr: "year",
    q: "quarter",
    w: "week",
    d: "day",
    h: "hour",
    m: "minute",
    min: "minute",
    s: "second",
    sec: "second",
    ms: "millisecond",
  };
  const PARTS = {
    yearDayNumber: "ordinal",
    dayOfYear: "ordinal",
    weekday: "weekday",
    weekNumber: "weekNumber",
    week: "weekNumber",
  };
  const native = { plus: DateTime.prototype.plus, minus: DateTime.prototype.minus };

  function unitOf(unit) {
    const name = String(unit);
    const found = SHORT[name] ?? name.toLowerCase().replace(/s$/, "");
    if (!UNITS.includes(found)) {
      P.fail(
        `Unsupported unit '${unit}'. Supported: ${UNITS.map((each) => `${each}s`)
          .reverse()
          .join(", ")}`,
        "Use one of the supported units.",
      );
    }
    return found;
  }

  const local = (value) => (P.isDateTime(value) ? value : DateTime.fromJSDate(value));
  const alike = (receiver, date) => (P.isDateTime(receiver) ? date : date.toJSDate());

  /** A DateTime from what people write: a DateTime, a Date, milliseconds, or text. Undefined if it is none. */
  function moment(value) {
    if (P.isDateTime(value)) return value;
    if (value instanceof Date) return DateTime.fromJSDate(value);
    if (typeof value === "number") return DateTime.fromMillis(value);
    if (typeof value !== "string") return undefined;
    const date = DateTime.fromISO(value);
    const found = date.isValid ? date : DateTime.fromJSDate(new Date(value));
    return found.isValid ? found : undefined;
  }

  function certain(value) {
    const date = moment(value);
    return (
      date ??
      P.fail(
        `cannot convert ${JSON.stringify(value)} to a Luxon DateTime`,
        "Write the date as ISO 8601.",
      )
    );
  }

  function duration(amount, unit) {
    if (amount !== null && typeof amount === "object") return amount;
    return Duration.fromObject({ [`${unitOf(unit ?? "millisecond")}s`]: Number(amount) });
  }

  function moved(date, direction, amount, unit) {
    if (typeof amount === "number") {
      const count = direction === "minus" ? -amount : amount;
      const result = P.fastDates.moved(date, count, unitOf(unit ?? "millisecond"));
      if (result !== undefined) return result;
    }
    return native[direction].call(date, duration(amount, unit));
  }

  function difference(later, earlier, unit) {
    const units = (Array.isArray(unit) ? unit : [unit]).map((each) => `${unitOf(each)}s`);
    const found = later.diff(earlier, units);
    return Array.isArray(unit) ? found.toObject() : found.as(units[0]);
  }

  function extract(part = "week") {
    const date = local(this);
    if (Object.hasOwn(PARTS, part)) return date[PARTS[part]];
    const name = SHORT[part] ?? String(part).toLowerCase().replace(/s$/, "");
    return UNITS.includes(name) ? date[name] : null;
  }

  function isBetween(first, second) {
    const ends = [moment(first), moment(second)];
    if (ends.includes(undefined)) return undefined;
    const [start, end] = ends.map((each) => each.toMillis()).sort((left, right) => left - right);
    const time = this.valueOf();
    return start < time && time < end;
  }

  function isInLast(amount = 0, unit = "minutes") {
    const now = DateTime.now();
    const time = this.valueOf();
    return (
      native.minus.call(now, duration(amount, unit)).toMillis() <= time && time <= now.toMillis()
    );
  }

  const methods = {
    extract,
    isBetween,
    isInLast,
    inBetween: isBetween,
    beginningOf(unit = "week", options = {}) {
      return alike(this, local(this).startOf(unitOf(unit), options));
    },
    endOfMonth() {
      return alike(this, local(this).endOf("month"));
    },
    format(format = "yyyy-MM-dd", options = {}) {
      return local(this).toFormat(format, options);
    },
    isDst() {
      return local(this).isInDST;
    },
    isWeekend() {
      return local(this).weekday > 5;
    },
    plus(amount, unit) {
      return alike(this, moved(local(this), "plus", amount, unit));
    },
    minus(amount, unit) {
      return alike(this, moved(local(this), "minus", amount, unit));
    },
    diffTo(other, unit = "days") {
      return difference(local(this), certain(other), unit);
    },
    diffToNow(unit = "days") {
      return difference(DateTime.now(), local(this), unit);
    },
    toDateTime() {
      return local(this);
    },
    toDate() {
      return local(this).toJSDate();
    },
    toInt() {
      return this.valueOf();
    },
    toFloat() {
      return this.valueOf();
    },
    toNumber() {
      return this.valueOf();
    },
    toBoolean: () => undefined,
    isEmpty: () => false,
    isNotEmpty: () => true,
    toJsonString() {
      return JSON.stringify(this);
    },
  };

  P.extend("Date", methods);
})((globalThis.__penstock ??= {}));
