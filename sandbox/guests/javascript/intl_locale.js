// Which of our locale tables serves a requested locale.
(function (P) {
  "use strict";

  const DEFAULT = "en-US";
  const ALIASES = { no: "nb", nn: "nb", "es-419": "es-MX" };
  const TAG = /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i;
  const tables = new Map();

  function merged(base, own) {
    const result = { ...base };
    for (const key of Object.keys(own)) {
      const [before, value] = [base[key], own[key]];
      const both = [before, value].every(
        (side) => side && typeof side === "object" && !Array.isArray(side),
      );
      result[key] = both ? merged(before, value) : value;
    }
    return result;
  }

  function load(key) {
    let found = tables.get(key);
    if (found === undefined) {
      const language = key.split("-")[0];
      const base = key === "en" ? {} : load(key === language ? "en" : language);
      found = merged(base, JSON.parse(P.localeTexts[key]));
      tables.set(key, found);
    }
    return found;
  }

  function canonical(tag) {
    if (typeof tag !== "string" && (typeof tag !== "object" || tag === null))
      throw new TypeError("Incorrect locale information provided");
    const text = String(tag);
    if (!TAG.test(text)) throw new RangeError(`Incorrect locale information provided: ${text}`);
    let extension = false;
    return text
      .split("-")
      .map((part, index) => {
        if (part.length === 1) extension = true;
        if (index === 0 || extension) return part.toLowerCase();
        if (part.length === 4 && /^[a-z]+$/i.test(part))
          return part[0].toUpperCase() + part.slice(1).toLowerCase();
        return part.length === 2 ? part.toUpperCase() : part.toLowerCase();
      })
      .join("-");
  }

  function canonicalList(locales) {
    if (locales === undefined) return [];
    const list = typeof locales === "string" || !Array.isArray(locales) ? [locales] : locales;
    return [...new Set(list.map(canonical))];
  }

  /** The `-u-` part of a tag as an object: {nu: "latn", hc: "h23"}. */
  function extensions(tag) {
    const found = {};
    const match = /-u-((?:[a-z0-9]+-?)+)/.exec(tag);
    if (match)
      for (const pair of match[1].matchAll(/(?:^|-)([a-z]{2})-([a-z0-9]{3,}(?:-[a-z0-9]{3,})*)/g))
        found[pair[1]] = pair[2];
    return found;
  }

  function keyFor(tag) {
    const [language, ...rest] = (ALIASES[tag] ?? tag).split("-");
    const region = rest.find((part) => part.length === 2);
    for (const key of [region && `${language}-${region}`, ALIASES[language] ?? language]) {
      if (key && Object.hasOwn(P.localeTexts, key)) return key;
    }
    return undefined;
  }

  /** The first requested locale that we speak: {locale, table, extensions}. */
  function resolve(locales) {
    for (const tag of canonicalList(locales)) {
      const locale = tag.replace(/-u-.*$/, "");
      const key = keyFor(locale);
      if (key !== undefined) return { locale, table: load(key), extensions: extensions(tag) };
    }
    return { locale: DEFAULT, table: load("en"), extensions: {} };
  }

  P.locales = {
    resolve,
    canonicalList,
    extensions,
    supported: (locales) =>
      canonicalList(locales).filter((tag) => keyFor(tag.replace(/-u-.*$/, "")) !== undefined),
    plural: (locale, number, ordinal = false) => plural(locale.split("-")[0], number, ordinal),
  };

  const slavic = (n, whole) => {
    if (!whole) return "other";
    if (n % 10 === 1 && n % 100 !== 11) return "one";
    return n % 10 >= 2 && n % 10 <= 4 && !(n % 100 >= 12 && n % 100 <= 14) ? "few" : "many";
  };
  const millions = (n, whole) => whole && n !== 0 && n % 1e6 === 0;
  const CARDINAL = {
    ja: () => "other",
    zh: () => "other",
    ko: () => "other",
    id: () => "other",
    vi: () => "other",
    ru: slavic,
    uk: slavic,
    pl: (n, whole) =>
      !whole ? "other" : n === 1 ? "one" : slavic(n, true) === "few" ? "few" : "many",
    cs: (n, whole) => (!whole ? "many" : n === 1 ? "one" : n >= 2 && n <= 4 ? "few" : "other"),
    sk: (n, whole) => (!whole ? "many" : n === 1 ? "one" : n >= 2 && n <= 4 ? "few" : "other"),
    hr: (n, whole) => (slavic(n, whole) === "many" ? "other" : slavic(n, whole)),
    he: (n, whole) => (n === 1 || (n < 1 && !whole) ? "one" : n === 2 ? "two" : "other"),
    hi: (n) => (n <= 1 ? "one" : "other"),
    ca: (n, whole) => (n === 1 ? "one" : millions(n, whole) ? "many" : "other"),
    ro: (n, whole) =>
      n === 1 ? "one" : !whole || n === 0 || (n % 100 >= 1 && n % 100 <= 19) ? "few" : "other",
    fr: (n, whole) => (n < 2 ? "one" : millions(n, whole) ? "many" : "other"),
    pt: (n, whole) => (n < 2 ? "one" : millions(n, whole) ? "many" : "other"),
    es: (n, whole) => (n === 1 ? "one" : millions(n, whole) ? "many" : "other"),
    it: (n, whole) => (n === 1 ? "one" : millions(n, whole) ? "many" : "other"),
    da: (n) => (n > 0 && n < 2 ? "one" : "other"),
  };

  function ordinalOf(language, n) {
    if (language === "fr") return n === 1 ? "one" : "other";
    if (language === "it") return [8, 11, 80, 800].includes(n) ? "many" : "other";
    if (language === "sv")
      return [1, 2].includes(n % 10) && ![11, 12].includes(n % 100) ? "one" : "other";
    if (language !== "en" || Math.floor((n % 100) / 10) === 1) return "other";
    return ["other", "one", "two", "few"][n % 10] ?? "other";
  }

  function plural(language, number, ordinal) {
    const n = Math.abs(Number(number));
    const whole = Number.isInteger(n);
    if (ordinal) return ordinalOf(language, n);
    const rule = CARDINAL[language];
    if (rule) return rule(n, whole);
    return n === 1 ? "one" : "other";
  }
})((globalThis.__penstock ??= {}));
