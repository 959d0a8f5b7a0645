// Writes javascript/intl_locales.js: what Intl says in the languages that the guest speaks.
// Run by hand with Node 20 or newer after a change here: `node sandbox/guests/locales.mjs`.
// Every pattern is read off formatToParts of one date whose fields have all one digit or a name.
import { writeFileSync } from "node:fs";

const LOCALES = [
  "en",
  "en-GB",
  "en-CA",
  "en-AU",
  "en-IN",
  "de",
  "de-AT",
  "de-CH",
  "fr",
  "fr-CA",
  "fr-CH",
  "es",
  "es-MX",
  "it",
  "pt",
  "pt-PT",
  "nl",
  "nl-BE",
  "sv",
  "da",
  "nb",
  "fi",
  "pl",
  "cs",
  "hu",
  "ro",
  "tr",
  "ru",
  "uk",
  "ja",
  "zh",
  "zh-TW",
  "ko",
  "en-IE",
  "en-NZ",
  "en-ZA",
  "es-AR",
  "es-CL",
  "es-CO",
  "fr-BE",
  "id",
  "vi",
  "bg",
  "hr",
  "sk",
  "he",
  "ca",
  "hi",
  "et",
];
const CURRENCIES = [
  "USD",
  "EUR",
  "GBP",
  "JPY",
  "CNY",
  "INR",
  "BRL",
  "CHF",
  "CAD",
  "AUD",
  "MXN",
  "KRW",
  "PLN",
  "SEK",
  "NOK",
  "DKK",
  "CZK",
  "TRY",
  "RUB",
  "UAH",
  "NZD",
  "ZAR",
  "ILS",
  "HUF",
  "RON",
];
const UNITS = ["year", "month", "week", "day", "hour", "minute", "second", "millisecond"];
const RELATIVE = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"];
const WIDTHS = ["long", "short", "narrow"];
const DATE = new Date(Date.UTC(2005, 8, 7, 4, 5, 6));
const EVENING = new Date(Date.UTC(2005, 8, 7, 16, 5, 6));

const format = (locale, options) =>
  new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
const part = (locale, options, date, type) =>
  format(locale, options)
    .formatToParts(date)
    .find((p) => p.type === type)?.value ?? "";
const monthDates = Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(2005, i, 7)));
const weekDates = Array.from({ length: 7 }, (_, i) => new Date(Date.UTC(2005, 1, 27 + i)));

function names(locale) {
  const table = { months: {}, alone: {}, days: {}, eras: {} };
  for (const width of WIDTHS) {
    table.months[width] = monthDates.map((d) =>
      part(locale, { month: width, day: "numeric" }, d, "month"),
    );
    table.alone[width] = monthDates.map((d) => part(locale, { month: width }, d, "month"));
    table.days[width] = weekDates.map((d) => part(locale, { weekday: width }, d, "weekday"));
    table.eras[width] = [-6e13 * 2, 0].map((t) =>
      part(locale, { era: width, year: "numeric" }, new Date(t), "era"),
    );
  }
  table.periods = [DATE, EVENING].map((d) =>
    part(locale, { hour: "numeric", hour12: true }, d, "dayPeriod"),
  );
  return table;
}

const LETTER = { year: "y", month: "M", day: "d", hour: "h", minute: "m", second: "s" };
function pattern(locale, options, table) {
  return format(locale, options)
    .formatToParts(DATE)
    .map(({ type, value }) => {
      if (type === "weekday") {
        const width = WIDTHS.findIndex((w) => value.startsWith(table.days[w][3]));
        return `{E${width}}${value.slice(table.days[WIDTHS[width]][3].length)}`;
      }
      if (type === "month" && !/^\d+$/.test(value)) {
        for (const [letter, list] of [
          ["M", table.months],
          ["L", table.alone],
        ])
          for (const [i, w] of WIDTHS.entries())
            if (list[w][8] === value) return `{${letter}${"nsr"[i]}}`;
        // A month beside a weekday only, which a few languages put in the nominative.
        return `{${options.month === "long" || options.dateStyle ? "Mn" : "Ms"}}`;
      }
      if (type === "dayPeriod") return "{a}";
      if (type === "era") return "{G}";
      if (type === "timeZoneName") return "{z}";
      if (type === "literal") return value;
      const letter = LETTER[type];
      return letter ? `{${value.length === 2 ? letter + letter : letter}}` : value;
    })
    .join("");
}

function dates(locale, table) {
  const result = {};
  for (const weekday of [undefined, "short", "long"])
    for (const year of [undefined, "numeric"])
      for (const month of [undefined, "numeric", "2-digit", "short", "long"])
        for (const day of [undefined, "numeric", "2-digit"]) {
          if (!weekday && !year && !month && !day) continue;
          const key = [
            weekday?.[0] ?? "-",
            year ? "y" : "-",
            month?.[0] ?? "-",
            day?.[0] ?? "-",
          ].join("");
          result[key] = pattern(locale, { weekday, year, month, day }, table);
        }
  return result;
}

function times(locale, table) {
  const result = {};
  const usual = format(locale, { hour: "numeric" }).resolvedOptions().hourCycle;
  for (const cycle of ["h12", "h23"]) {
    const hourCycle = usual === cycle ? undefined : cycle;
    // Whether two digits were asked for makes a difference to ICU: a capital letter stands for that.
    for (const hour of ["", "h", "H"])
      for (const minute of ["", "m", "M"])
        for (const second of ["", "s", "S"]) {
          if ((!hour && !minute) || (second && !minute) || (!hour && !second)) continue;
          const width = (letter) =>
            letter === "" ? undefined : letter === letter.toUpperCase() ? "2-digit" : "numeric";
          const options = {
            hour: width(hour),
            minute: width(minute),
            second: width(second),
            hourCycle,
          };
          result[(cycle === "h12" ? "" : "2") + hour + minute + second] = pattern(
            locale,
            options,
            table,
          );
        }
  }
  return result;
}

function styles(locale, table) {
  const result = { date: {}, time: {}, glue: {}, mixed: {} };
  for (const style of ["full", "long", "medium", "short"]) {
    result.date[style] = pattern(locale, { dateStyle: style }, table);
    result.time[style] = pattern(locale, { timeStyle: style }, table);
  }
  for (const style of ["full", "long", "medium", "short"]) {
    const both = pattern(locale, { dateStyle: style, timeStyle: "short" }, table);
    result.glue[style] = both.slice(
      result.date[style].length,
      both.length - result.time.short.length,
    );
  }
  const clock = pattern(locale, { hour: "numeric", minute: "2-digit" }, table);
  for (const [key, options] of Object.entries({
    n: { year: "numeric", month: "numeric", day: "numeric" },
    s: { year: "numeric", month: "short", day: "numeric" },
    l: { year: "numeric", month: "long", day: "numeric" },
    f: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  })) {
    const date = pattern(locale, options, table);
    const both = pattern(locale, { ...options, hour: "numeric", minute: "2-digit" }, table);
    result.mixed[key] = both.slice(date.length, both.length - clock.length);
  }
  return result;
}

function numbers(locale) {
  const find = (options, value, type) =>
    new Intl.NumberFormat(locale, options).formatToParts(value).find((p) => p.type === type)
      ?.value ?? "";
  const around = (options, value) => {
    const parts = new Intl.NumberFormat(locale, options).formatToParts(value);
    return parts
      .map(
        ({ type, value: text }) =>
          ({ integer: "{n}", currency: "{c}", minusSign: "-", percentSign: "%" })[type] ?? text,
      )
      .join("");
  };
  const money = { style: "currency", currency: "XYZ", maximumFractionDigits: 0 };
  const symbols = {};
  for (const currency of CURRENCIES) {
    const pair = ["symbol", "narrowSymbol"].map((display) =>
      find({ style: "currency", currency, currencyDisplay: display }, 1, "currency"),
    );
    symbols[currency] = pair[0] === pair[1] ? pair[0] : pair;
  }
  const dollars = { ...money, currency: "EUR" };
  return {
    decimal: find({}, 1.5, "decimal"),
    group: find({ minimumFractionDigits: 0 }, 1234567, "group"),
    least: new Intl.NumberFormat(locale).format(1234).length === 4 ? 2 : 1,
    minus: find({}, -1, "minusSign"),
    percent: around({ style: "percent" }, 0.07),
    money: around(dollars, 7),
    debt: around(dollars, -7),
    account: around({ ...dollars, currencySign: "accounting" }, -7),
    codeDebt: around({ ...dollars, currencyDisplay: "code" }, -7),
    code: around({ ...dollars, currencyDisplay: "code" }, 7),
    symbols,
    indian:
      new Intl.NumberFormat(locale).format(12345678).replace(/\D/g, ",") === "12345678"
        ? false
        : /^1.23.45.678$/.test(new Intl.NumberFormat(locale).format(12345678)),
  };
}

function samples(locale) {
  const rules = new Intl.PluralRules(locale);
  const result = {};
  for (const n of [1, 2, 5, 0, 7, 1.5, 1e6]) result[rules.select(n)] ??= n;
  return result;
}

function units(locale) {
  const result = {};
  for (const width of WIDTHS)
    for (const unit of UNITS) {
      const entry = {};
      for (const [category, n] of Object.entries(samples(locale))) {
        const f = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: width });
        const parts = f.formatToParts(n);
        entry[category] = parts
          .filter((p) => !["decimal", "fraction", "group"].includes(p.type))
          .map((p) => (p.type === "integer" ? "{n}" : p.value))
          .join("")
          .replace(/(\{n\})+/, "{n}");
      }
      (result[width] ??= {})[unit] = squeeze(entry);
    }
  return result;
}

const squeeze = (entry) =>
  new Set(Object.values(entry)).size === 1 ? Object.values(entry)[0] : entry;

function relative(locale) {
  const result = {};
  for (const style of WIDTHS)
    for (const unit of RELATIVE) {
      const always = new Intl.RelativeTimeFormat(locale, { style });
      const auto = new Intl.RelativeTimeFormat(locale, { style, numeric: "auto" });
      const entry = { past: {}, future: {}, words: {} };
      for (const [category, n] of Object.entries(samples(locale)))
        for (const sign of [-1, 1]) {
          const text = always
            .formatToParts(sign * n, unit)
            .filter((p) => !["decimal", "fraction", "group"].includes(p.type))
            .map((p) => (p.type === "integer" ? "{n}" : p.value))
            .join("")
            .replace(/(\{n\})+/, "{n}");
          entry[sign < 0 ? "past" : "future"][category] = text;
        }
      for (const n of [-2, -1, 0, 1, 2]) {
        const text = auto.format(n, unit);
        if (text !== always.format(n, unit)) entry.words[n] = text;
      }
      entry.past = squeeze(entry.past);
      entry.future = squeeze(entry.future);
      (result[style] ??= {})[unit] = entry;
    }
  return result;
}

function lists(locale) {
  const result = {};
  for (const type of ["conjunction", "disjunction", "unit"])
    for (const style of WIDTHS) {
      const f = new Intl.ListFormat(locale, { type, style });
      const seps = (items) =>
        f
          .formatToParts(items)
          .filter((p) => p.type === "literal")
          .map((p) => p.value);
      const four = seps(["a", "b", "c", "d"]);
      result[type[0] + style[0]] = [seps(["a", "b"])[0], four[0], four[2]];
    }
  return result;
}

function table(locale) {
  const t = names(locale);
  t.dates = dates(locale, t);
  t.times = times(locale, t);
  t.styles = styles(locale, t);
  t.numbers = numbers(locale);
  t.units = units(locale);
  t.relative = relative(locale);
  t.lists = lists(locale);
  t.cycle = format(locale, { hour: "numeric" }).resolvedOptions().hourCycle;
  t.week =
    new Intl.Locale(new Intl.Locale(locale).maximize()).getWeekInfo?.() ??
    new Intl.Locale(locale).maximize().weekInfo;
  return t;
}

function difference(base, own) {
  const result = {};
  for (const key of Object.keys(own)) {
    const [a, b] = [base?.[key], own[key]];
    if (JSON.stringify(a) === JSON.stringify(b)) continue;
    result[key] = a && typeof b === "object" && !Array.isArray(b) ? difference(a, b) : b;
  }
  return result;
}

const tables = Object.fromEntries(LOCALES.map((locale) => [locale, table(locale)]));
const out = {};
for (const locale of LOCALES) {
  const base = locale.includes("-")
    ? tables[locale.split("-")[0]]
    : locale === "en"
      ? undefined
      : tables.en;
  out[locale] = base ? difference(base, tables[locale]) : tables[locale];
}
// Zones that share their English names: [[offset, long, short] …] and the zones that have them.
function zoneNames() {
  const groups = {};
  for (const timeZone of Intl.supportedValuesOf("timeZone")) {
    const names = {};
    for (const date of [new Date(Date.UTC(2025, 0, 15)), new Date(Date.UTC(2025, 6, 15))]) {
      const [long, short, offset] = ["long", "short", "longOffset"].map((timeZoneName) =>
        part("en-US", { timeZone, timeZoneName }, date, "timeZoneName"),
      );
      if (!long.startsWith("GMT"))
        names[offset.slice(3) || "+00:00"] = short.startsWith("GMT") ? [long] : [long, short];
    }
    if (Object.keys(names).length) (groups[JSON.stringify(names)] ??= []).push(timeZone);
  }
  return Object.entries(groups).map(([names, zones]) => [JSON.parse(names), zones.join(" ")]);
}

const ascii = (text) =>
  text.replace(/[^ -~]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
const lines = Object.entries(out).map(
  ([locale, own]) =>
    `  ${JSON.stringify(locale)}: ${JSON.stringify(ascii(JSON.stringify(own)))},\n`,
);
writeFileSync(
  new URL("./javascript/intl_locales.js", import.meta.url),
  `// Names and patterns per locale as JSON text, each the difference from its language or from English. Written by locales.mjs.
(function (P) {
"use strict";
P.localeTexts = {
${lines.join("")}};
P.zoneNames = ${JSON.stringify(zoneNames())};
})((globalThis.__penstock ??= {}));
`,
);
