/** What a JSON value is, in the words of the views. */

export type Kind = "text" | "number" | "boolean" | "list" | "object" | "nothing" | "time";
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const MOMENT = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

export function isMoment(value: unknown): value is string {
  return typeof value === "string" && MOMENT.test(value) && !Number.isNaN(Date.parse(value));
}

export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) {
    return "nothing";
  }
  if (Array.isArray(value)) {
    return "list";
  }
  if (typeof value === "object") {
    return "object";
  }
  if (typeof value === "number") {
    return "number";
  }
  if (typeof value === "boolean") {
    return "boolean";
  }
  return isMoment(value) ? "time" : "text";
}

const LONGEST = 140;

/** A value on one line. */
export function inLine(value: unknown, longest = LONGEST): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const flat = text.replace(/\s+/g, " ");
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat;
}

/** A value as it is copied: a text as it is, anything else as JSON. */
export function asCopied(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}
