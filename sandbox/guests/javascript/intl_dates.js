// Intl.DateTimeFormat and what it gives Date.prototype.
(function (P) {
  "use strict";

  const DATE_FIELDS = ["weekday", "year", "month", "day"];
  const TIME_FIELDS = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];
  const TEXT_WIDTHS = ["narrow", "short", "long"];
  const DIGIT_WIDTHS = ["numeric", "2-digit"];
  const VALUES = {
    weekday: TEXT_WIDTHS,
    era: TEXT_WIDTHS,
    dayPeriod: TEXT_WIDTHS,
    year: DIGIT_WIDTHS,
    day: DIGIT_WIDTHS,
    hour: DIGIT_WIDTHS,
    minute: DIGIT_WIDTHS,
    second: DIGIT_WIDTHS,
    month: [...DIGIT_WIDTHS, ...TEXT_WIDTHS],
    hourCycle: ["h11", "h12", "h23", "h24"],
    timeZoneName: ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"],
    dateStyle: ["full", "long", "medium", "short"],
    timeStyle: ["full", "long", "medium", "short"],
  };

  // Settings.

  function checked(options) {
    const settings = {};
    for (const [name, values] of Object.entries(VALUES)) {
      if (options[name] === undefined) continue;
      const value = String(options[name]);
      if (!values.includes(value))
        throw new RangeError(
          `Value ${value} out of range for Intl.DateTimeFormat options property ${name}`,
        );
      settings[name] = value;
    }
    if (options.fractionalSecondDigits !== undefined) {
      const digits = Math.floor(Number(options.fractionalSecondDigits));
      if (!(digits >= 1 && digits <= 3))
        throw new RangeError("fractionalSecondDigits value is out of range.");
      settings.fractionalSecondDigits = digits;
    }
    return settings;
  }

  /** Without any field asked for, `defaults` ("date", "time" or "all") are shown. */
  function complete(settings, required, defaults) {
    if (settings.dateStyle !== undefined || settings.timeStyle !== undefined) {
      if ([...DATE_FIELDS, ...TIME_FIELDS].some((name) => settings[name] !== undefined)) {
        throw new TypeError("Can't set option when dateStyle or timeStyle is used");
      }
      return;
    }
    const asked = [
      ...(required === "time" ? [] : DATE_FIELDS),
      ...(required === "date" ? [] : TIME_FIELDS),
    ];
    if (asked.some((name) => settings[name] !== undefined)) return;
    if (defaults !== "time")
      for (const name of ["year", "month", "day"]) settings[name] = "numeric";
    if (defaults !== "date")
      for (const name of ["hour", "minute", "second"]) settings[name] = "numeric";
  }

  function cycleOf(options, settings, resolved) {
    if (options.hour12 !== undefined) return options.hour12 ? "h12" : "h23";
    const wanted = settings.hourCycle ?? resolved.extensions.hc;
    return VALUES.hourCycle.includes(wanted) ? wanted : resolved.table.cycle;
  }

  const OFFSET = /^([+-])(\d{2})(?::?(\d{2}))?$/;

  /** {name, kindAt(ms)} of a zone name or an offset such as +05:30. */
  function zoneOf(value) {
    if (value === undefined) return zoneOf("UTC");
    const name = String(value);
    const offset = OFFSET.exec(name);
    if (offset !== null && Number(offset[2]) < 24 && Number(offset[3] ?? 0) < 60) {
      const kind = {
        east: (offset[1] === "-" ? -60 : 60) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0)),
        dst: false,
      };
      return { name: `${offset[1]}${offset[2]}:${offset[3] ?? "00"}`, kindAt: () => kind };
    }
    const found = P.zones.find(name);
    if (found === undefined) throw new RangeError(`Invalid time zone specified: ${name}`);
    const spelled = P.zones.spelled(name);
    return {
      name: /^(Etc\/)?(UTC|UCT|Zulu|Universal|GMT|GMT0|Greenwich)$|^Etc\/GMT[+-]?0$/.test(spelled)
        ? "UTC"
        : spelled,
      kindAt: (time) => P.zones.kindAt(found, time),
    };
  }

  // Names of zones.

  let englishNames;
  function namesOf(zone) {
    if (englishNames === undefined) {
      englishNames = new Map();
      for (const [names, zones] of P.zoneNames) {
        for (const name of zones.split(" ")) {
          englishNames.set(name, names);
          const found = P.zones.find(name);
          if (found && !englishNames.has(found)) englishNames.set(found, names);
        }
      }
    }
    return englishNames.get(zone.name) ?? englishNames.get(P.zones.find(zone.name));
  }

  function offsetName(east, long) {
    if (east === 0) return "GMT";
    const minutes = Math.floor(Math.abs(east) / 60);
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    const sign = east < 0 ? "-" : "+";
    if (long) return `GMT${sign}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
    return `GMT${sign}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
  }

  const AMERICAN = new Set(["en", "en-US", "en-CA"]);

  function zoneName(zone, east, width, locale) {
    const long = width.startsWith("long");
    if (width.endsWith("Offset")) return offsetName(east, long);
    if (zone.name === "UTC") return long ? "Coordinated Universal Time" : "UTC";
    const names = locale.startsWith("en") ? namesOf(zone)?.[isoOffset(east)] : undefined;
    return (
      (long ? names?.[0] : AMERICAN.has(locale) ? names?.[1] : undefined) ?? offsetName(east, long)
    );
  }

  const isoOffset = (east) => (east === 0 ? "+00:00" : offsetName(east, true).slice(3));

  // Patterns.

  function datePattern(settings, table) {
    const { weekday, year, month, day } = settings;
    if (!weekday && !year && !month && !day) return settings.era ? "{G}" : "";
    const text = month === "narrow" ? "s" : (month?.[0] ?? "-");
    const key = [
      weekday ? (weekday === "long" ? "l" : "s") : "-",
      year ? "y" : "-",
      text,
      day?.[0] ?? "-",
    ].join("");
    let pattern = table.dates[key];
    if (weekday === "narrow") pattern = pattern.replace("{E1}", "{E2}");
    if (month === "narrow") pattern = pattern.replace(/\{([ML])s\}/, "{$1r}");
    if (year === "2-digit") pattern = pattern.replace("{y}", "{yy}");
    return settings.era ? `${pattern} {G}` : pattern;
  }

  function timePattern(settings, cycle, table) {
    const { hour, minute, second } = settings;
    const letter = (width, name) =>
      width === undefined ? "" : width === "2-digit" ? name.toUpperCase() : name;
    const clock = cycle === "h23" || cycle === "h24" ? "2" : "";
    let pattern = "";
    if (hour || (minute && second)) {
      const shown = hour && second && !minute ? "numeric" : minute;
      pattern = table.times[clock + letter(hour, "h") + letter(shown, "m") + letter(second, "s")];
    } else if (minute) pattern = "{m}";
    else if (second) pattern = "{s}";
    if (settings.fractionalSecondDigits) {
      const point = second ? `${table.numbers.decimal}{f}` : "{f}";
      pattern = second
        ? pattern.replace(/\{ss?\}/, (found) => found + point)
        : pattern
          ? `${pattern} {f}`
          : "{f}";
    }
    return pattern;
  }

  function glueOf(settings, table) {
    const { month, weekday } = settings;
    const kind =
      month === "long"
        ? weekday
          ? "f"
          : "l"
        : month === "short" || month === "narrow"
          ? "s"
          : "n";
    return table.styles.mixed[kind];
  }

  function styledPattern(settings, cycle, table) {
    const { dateStyle, timeStyle } = settings;
    const date = dateStyle ? table.styles.date[dateStyle] : "";
    let time = timeStyle ? table.styles.time[timeStyle] : "";
    if (timeStyle && (cycle === "h12") !== (table.cycle === "h12"))
      time = otherCycle(timeStyle, cycle, table);
    return date && time ? date + table.styles.glue[dateStyle] + time : date + time;
  }

  function otherCycle(style, cycle, table) {
    const time =
      table.times[
        (cycle === "h23" || cycle === "h24" ? "2" : "") + (style === "short" ? "hM" : "hMS")
      ];
    return style === "full" || style === "long" ? `${time} {z}` : time;
  }

  function patternOf(settings, cycle, table) {
    if (settings.dateStyle || settings.timeStyle) return styledPattern(settings, cycle, table);
    const date = datePattern(settings, table);
    const time = timePattern(settings, cycle, table);
    const both = date && time ? date + glueOf(settings, table) + time : date + time;
    if (!settings.timeZoneName) return both;
    return time ? `${both} {z}` : `${both}, {z}`;
  }

  // Parts.

  const two = (number) => String(number).padStart(2, "0");
  const MONTH_WIDTHS = { n: "long", s: "short", r: "narrow" };
  const DAY_WIDTHS = ["long", "short", "narrow"];

  function hourOf(hour, cycle) {
    if (cycle === "h23") return hour;
    if (cycle === "h24") return hour === 0 ? 24 : hour;
    return cycle === "h11" ? hour % 12 : hour % 12 || 12;
  }

  const FIELDS = {
    y: (f) => ["year", f.year > 0 ? f.year : 1 - f.year],
    M: (f) => ["month", f.month + 1],
    d: (f) => ["day", f.day],
    h: (f) => ["hour", hourOf(f.hour, f.cycle)],
    m: (f) => ["minute", f.minute],
    s: (f) => ["second", f.second],
  };

  function textField(token, f) {
    const { table, settings } = f;
    const [kind, width] = token;
    if (kind === "E") return ["weekday", table.days[DAY_WIDTHS[width]][f.weekday]];
    if (kind === "M") return ["month", table.months[MONTH_WIDTHS[width]][f.month]];
    if (kind === "L") return ["month", table.alone[MONTH_WIDTHS[width]][f.month]];
    if (kind === "a") return ["dayPeriod", table.periods[f.hour < 12 ? 0 : 1]];
    if (kind === "G") return ["era", table.eras[settings.era ?? "short"][f.year > 0 ? 1 : 0]];
    if (kind === "f")
      return [
        "fractionalSecond",
        String(f.millisecond).padStart(3, "0").slice(0, settings.fractionalSecondDigits),
      ];
    const shown = settings.timeZoneName ?? (settings.timeStyle === "full" ? "long" : "short");
    return ["timeZoneName", zoneName(f.zone, f.east, shown, f.locale)];
  }

  function field(token, f) {
    const numeric = FIELDS[token[0]];
    if (numeric === undefined || (token.length === 2 && token[0] !== token[1]))
      return textField(token, f);
    const [type, value] = numeric(f);
    if (token.length === 1) return [type, String(value)];
    return [type, two(type === "year" ? value % 100 : value)];
  }

  function fieldsAt(time, zone) {
    const { east } = zone.kindAt(time);
    const date = new Date(time + east * 1000);
    return {
      east,
      year: date.getUTCFullYear(),
      month: date.getUTCMonth(),
      day: date.getUTCDate(),
      weekday: date.getUTCDay(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
      millisecond: date.getUTCMilliseconds(),
    };
  }

  const split = (pattern) => pattern.split(/(\{[A-Za-z]+\d?\})/).filter(Boolean);

  function timeOf(value) {
    const time = value === undefined ? Date.now() : Number(value);
    if (!(Math.abs(time) <= 8.64e15)) throw new RangeError("Invalid time value");
    return Math.trunc(time);
  }

  class DateTimeFormat {
    #settings;
    #resolved;
    #cycle;
    #zone;
    #pieces;
    constructor(locales, options = {}, required = "any", defaults = "date") {
      const given = Object(options ?? {});
      this.#resolved = P.locales.resolve(locales);
      this.#settings = checked(given);
      complete(this.#settings, required, defaults);
      this.#zone = zoneOf(given.timeZone);
      this.#cycle = cycleOf(given, this.#settings, this.#resolved);
      this.#pieces = split(patternOf(this.#settings, this.#cycle, this.#resolved.table));
    }
    get format() {
      // Like V8, a plain space where the locale has a narrow one that does not break.
      return (date) =>
        this.formatToParts(date)
          .map((part) => part.value)
          .join("")
          .replaceAll("\u202f", " ");
    }
    formatToParts(date) {
      const { table, locale } = this.#resolved;
      const context = Object.assign(fieldsAt(timeOf(date), this.#zone), {
        table,
        zone: this.#zone,
        cycle: this.#cycle,
        settings: this.#settings,
        locale,
      });
      return this.#pieces.map((piece) => {
        if (piece[0] !== "{") return { type: "literal", value: piece };
        const [type, value] = field(piece.slice(1, -1), context);
        return { type, value };
      });
    }
    formatRange(start, end) {
      const [first, last] = [this.format(start), this.format(end)];
      return first === last ? first : `${first}\u2009–\u2009${last}`;
    }
    resolvedOptions() {
      const { hourCycle: _asked, ...settings } = this.#settings;
      const base = {
        locale: this.#resolved.locale,
        calendar: "gregory",
        numberingSystem: "latn",
        timeZone: this.#zone.name,
      };
      const clock =
        settings.hour || settings.timeStyle
          ? { hourCycle: this.#cycle, hour12: this.#cycle === "h11" || this.#cycle === "h12" }
          : {};
      return { ...base, ...clock, ...settings };
    }
    static supportedLocalesOf(locales) {
      return P.locales.supported(locales);
    }
  }

  P.DateTimeFormat = DateTimeFormat;
  P.zoneNameAt = (name, time, width, locale) => {
    const zone = zoneOf(name);
    return zoneName(zone, zone.kindAt(time).east, width, P.locales.resolve(locale).locale);
  };
})((globalThis.__penstock ??= {}));
