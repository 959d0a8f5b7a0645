// What workflows do to dates most often, without Luxon's general machinery, which takes 200 us in this engine.
// Whatever is not plain is undefined here, and Luxon's to do; the results are Luxon's to the millisecond.
(function (P) {
  "use strict";

  const { DateTime, FixedOffsetZone, Settings } = globalThis.luxon;
  const MINUTE = 60000;
  const DAY = 86400000;
  const EXACT = { hour: 3600000, minute: MINUTE, second: 1000, millisecond: 1 };
  const DAYS = { day: 1, week: 7 };
  const MONTHS = { month: 1, quarter: 3, year: 12 };
  const ISO =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

  /** The moment when a clock in the zone shows that local time; `offset` is the first guess. */
  function momentOf(local, zone, offset) {
    let moment = local - offset * MINUTE;
    const second = zone.offset(moment);
    if (second === offset) return moment;
    moment -= (second - offset) * MINUTE;
    const third = zone.offset(moment);
    return second === third ? moment : local - Math.min(second, third) * MINUTE;
  }

  const daysIn = (year, month) => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();

  function withMonths(local, count) {
    const date = new Date(local);
    const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + count;
    const year = Math.floor(months / 12);
    // Date.UTC reads years below 100 as those of the twentieth century.
    if (date.getUTCFullYear() < 100 || year < 100) return NaN;
    const month = months - year * 12;
    const day = Math.min(date.getUTCDate(), daysIn(year, month));
    return Date.UTC(year, month, day) + (((local % DAY) + DAY) % DAY);
  }

  function movedMoment(date, amount, unit) {
    const moment = date.toMillis();
    if (Object.hasOwn(EXACT, unit)) return moment + amount * EXACT[unit];
    const local = moment + date.offset * MINUTE;
    const shifted = Object.hasOwn(DAYS, unit)
      ? local + amount * DAYS[unit] * DAY
      : withMonths(local, amount * MONTHS[unit]);
    return momentOf(shifted, date.zone, date.offset);
  }

  /** A DateTime moved by a whole number of units, or undefined. */
  function moved(date, amount, unit) {
    if (!date.isValid || !Number.isSafeInteger(amount)) return undefined;
    const moment = movedMoment(date, amount, unit);
    if (!(Math.abs(moment) < 8e15)) return undefined;
    const { zone, locale, numberingSystem, outputCalendar } = date;
    return DateTime.fromMillis(moment, { zone, locale, numberingSystem, outputCalendar });
  }

  function fixedZone(text) {
    if (text === "Z") return FixedOffsetZone.utcInstance;
    const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))];
    return FixedOffsetZone.instance((text[0] === "-" ? -1 : 1) * (hours * 60 + minutes));
  }

  /** A DateTime from the plain form of ISO 8601, in the zone that it names, or undefined. */
  function fromIso(text) {
    const match = ISO.exec(text);
    if (match === null) return undefined;
    const [year, month, day, hour, minute, second] = match
      .slice(1, 7)
      .map((part) => Number(part ?? 0));
    const inside = month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && second < 60;
    if (year < 100 || !inside || day > daysIn(year, month - 1)) return undefined;
    const fraction = Number((match[7] ?? "").padEnd(3, "0"));
    const local = Date.UTC(year, month - 1, day, hour, minute, second, fraction);
    const zone = match[8] ? fixedZone(match[8]) : Settings.defaultZone;
    if (!zone.isValid) return undefined;
    return DateTime.fromMillis(momentOf(local, zone, zone.offset(Settings.now())), { zone });
  }

  P.fastDates = { moved, fromIso };
})((globalThis.__penstock ??= {}));
