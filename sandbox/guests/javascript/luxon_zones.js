// Luxon reads offsets from our tables directly, and its default zone is that of the workflow. What it
// shares among all dates is frozen, so that no expression changes it for the next.
(function (P) {
  "use strict";

  const { DateTime, FixedOffsetZone, IANAZone, Settings, SystemZone } = globalThis.luxon;
  const kinds = new WeakMap();

  function tableOf(zone) {
    let found = kinds.get(zone);
    if (found === undefined) kinds.set(zone, (found = P.zones.find(zone.name) ?? null));
    return found;
  }

  function define(target, name, value) {
    Object.defineProperty(target, name, {
      value,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }

  define(
    IANAZone,
    "isValidZone",
    (name) => typeof name === "string" && P.zones.find(name) !== undefined,
  );
  define(IANAZone.prototype, "offset", function (time) {
    const table = tableOf(this);
    const moment = Number(time);
    if (table === null || Number.isNaN(moment)) return NaN;
    return P.zones.kindAt(table, moment).east / 60;
  });
  define(IANAZone.prototype, "offsetName", function (time, { format, locale } = {}) {
    return tableOf(this) === null
      ? null
      : P.zoneNameAt(this.name, time, format ?? "short", locale ?? "en-US");
  });

  const create = IANAZone.create;
  define(IANAZone, "create", (name) => Object.freeze(create(name)));
  for (const shared of [FixedOffsetZone.utcInstance, SystemZone.instance]) Object.freeze(shared);
  for (const name of Object.getOwnPropertyNames(DateTime)) {
    if (/^[A-Z_]+$/.test(name)) Object.freeze(DateTime[name]);
  }

  /** Give the VM its zone; a name that is none makes every DateTime invalid, which says so. */
  P.setZone = (name) => {
    Settings.defaultZone = name || "UTC";
  };
  Settings.defaultLocale = "en-US";
})((globalThis.__penstock ??= {}));
