// Offsets of IANA time zones from the tables that zones.py wrote. A zone is read when it is first used.
(function (P) {
  "use strict";

  const QUARTER_S = 900;
  const DAY_S = 86400;
  const { floor } = Math;

  const canonical = new Map();
  for (const name of [...Object.keys(P.zoneLines), ...Object.keys(P.zoneLinks)])
    canonical.set(name.toLowerCase(), name);

  const zones = new Map();

  /** The zone of that name in any case, or undefined. */
  function zone(name) {
    const known = canonical.get(String(name).toLowerCase());
    if (known === undefined) return undefined;
    const source = P.zoneLinks[known] ?? known;
    let found = zones.get(source);
    if (found === undefined) zones.set(source, (found = read(P.zoneLines[source])));
    return found;
  }

  function read(line) {
    const [kinds, types, gaps, rule] = line.split("|");
    return {
      kinds: kinds.split(";").map(readKind),
      types: Array.from(types, (digit) => parseInt(digit, 36)),
      times: readTimes(gaps),
      rule: readRule(rule),
      years: new Map(),
    };
  }

  function readKind(text) {
    const [east, dst] = text.split(",");
    return { east: parseInt(east, 36), dst: dst === "1" };
  }

  function readTimes(gaps) {
    let time = 0;
    if (gaps === "") return [];
    return gaps.split(" ").map((gap) => {
      time += gap[0] === "!" ? parseInt(gap.slice(1), 36) : parseInt(gap, 36) * QUARTER_S;
      return time;
    });
  }

  // What a POSIX rule looks like: EST5EDT,M3.2.0,M11.1.0 or <+0330>-3:30.
  const RULE =
    /^(?:<[^>]+>|[A-Za-z]+)([-+\d:]+)(?:(<[^>]+>|[A-Za-z]+)([-+\d:]*),([^,]+),([^,]+))?$/;

  function readRule(text) {
    const match = RULE.exec(text ?? "");
    if (match === null) return undefined;
    const standard = { east: -seconds(match[1]), dst: false };
    if (match[2] === undefined) return { standard };
    const east = match[3] === "" ? standard.east + 3600 : -seconds(match[3]);
    const summer = { east, dst: true };
    return { standard, summer, start: readChange(match[4]), end: readChange(match[5]) };
  }

  function seconds(text) {
    const [hours, minutes = 0, rest = 0] = text.replace(/^[-+]/, "").split(":").map(Number);
    return (text[0] === "-" ? -1 : 1) * (hours * 3600 + minutes * 60 + rest);
  }

  function readChange(text) {
    const [day, time = "2"] = text.split("/");
    const at = seconds(time);
    if (day[0] === "M") {
      const [month, week, weekday] = day.slice(1).split(".").map(Number);
      return { at, month, week, weekday };
    }
    return day[0] === "J" ? { at, julian: Number(day.slice(1)) } : { at, index: Number(day) };
  }

  /** Seconds since 1970 of a change in a year, on the clock that is valid before it. */
  function changeIn(year, change) {
    const first = Date.UTC(year, 0, 1) / 1000;
    if (change.index !== undefined) return first + change.index * DAY_S + change.at;
    if (change.julian !== undefined) {
      const leap = Date.UTC(year, 1, 29) !== Date.UTC(year, 2, 1) && change.julian > 59;
      return first + (change.julian - 1 + (leap ? 1 : 0)) * DAY_S + change.at;
    }
    const start = Date.UTC(year, change.month - 1, 1) / 1000;
    const days = floor((Date.UTC(year, change.month, 1) / 1000 - start) / DAY_S);
    const weekday = (((start / DAY_S + 4) % 7) + 7) % 7;
    let day = ((change.weekday - weekday + 7) % 7) + (change.week - 1) * 7;
    while (day >= days) day -= 7;
    return start + day * DAY_S + change.at;
  }

  function changesOf(found, year) {
    let pair = found.years.get(year);
    if (pair === undefined) {
      const { standard, summer, start, end } = found.rule;
      pair = [changeIn(year, start) - standard.east, changeIn(year, end) - summer.east];
      found.years.set(year, pair);
    }
    return pair;
  }

  function byRule(found, time) {
    const { standard, summer } = found.rule;
    if (summer === undefined) return standard;
    const year = new Date((time + standard.east) * 1000).getUTCFullYear();
    const [start, end] = changesOf(found, year);
    const inside = start < end ? time >= start && time < end : !(time >= end && time < start);
    return inside ? summer : standard;
  }

  /** The kind of time valid at a moment: {east (seconds), dst}. */
  function kindAt(found, milliseconds) {
    const time = floor(milliseconds / 1000);
    const { times } = found;
    const last = times.length - 1;
    if (last < 0 || time < times[0])
      return last < 0 && found.rule ? byRule(found, time) : found.kinds[0];
    if (time >= times[last] && found.rule) return byRule(found, time);
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= time) low = middle;
      else high = middle - 1;
    }
    return found.kinds[found.types[low]];
  }

  P.zones = {
    find: zone,
    /** The name as IANA spells it, or undefined. */
    spelled: (name) => canonical.get(String(name).toLowerCase()),
    names: () => Object.keys(P.zoneLines).sort(),
    kindAt,
  };
})((globalThis.__penstock ??= {}));
