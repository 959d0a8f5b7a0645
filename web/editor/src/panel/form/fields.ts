/** The parameters of a node, read from the JSON Schema of its type and the hints in it. */

import { isRecord, type JsonRecord } from "~/data/kinds";

export const WIDGETS = [
  "text",
  "options",
  "multi-options",
  "boolean",
  "integer",
  "number",
  "json",
  "list",
  "collection",
  "fixed-collection",
  "key-value",
  "credential",
  "code",
  "secret",
  "conditions",
  "date-time",
  "resource-locator",
  "notice",
] as const;
export type Widget = (typeof WIDGETS)[number];

export interface Choice {
  readonly value: unknown;
  readonly title: string;
  readonly description?: string;
}

export interface Field {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly widget: Widget;
  /** Undefined: there is none. */
  readonly initial: unknown;
  readonly required: boolean;
  /** May an expression stand in its place? */
  readonly expression: boolean;
  readonly advanced: boolean;
  readonly multiline: boolean;
  readonly language: string;
  readonly accepts: readonly string[];
  readonly choices: readonly Choice[];
  /** The server tells the choices. */
  readonly dynamic: boolean;
  readonly dependsOn: readonly string[];
  /** Other field to the values with one of which this one is shown. */
  readonly showIf: Readonly<Record<string, readonly unknown[]>>;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** Of a collection: what is in it. Of a list: what a row has. */
  readonly fields: readonly Field[];
}

/** The fields that the schema of an object describes, in their order. */
export function fieldsOf(schema: unknown): readonly Field[] {
  const whole = recordOf(schema);
  const required = new Set(textsOf(whole.required));
  const found = Object.entries(recordOf(whole.properties)).map(([name, inner]) => ({
    field: fieldOf(name, recordOf(inner), required.has(name)),
    order: numberOf(hintsOf(inner).order) ?? Number.MAX_SAFE_INTEGER,
  }));
  return found.sort((a, b) => a.order - b.order).map(({ field }) => field);
}

function fieldOf(name: string, schema: JsonRecord, required: boolean): Field {
  const hints = hintsOf(schema);
  const widget = widgetOf(schema, hints);
  const isList = widget === "list" || widget === "multi-options";
  return {
    name,
    title: textOf(schema.title) || wordsOf(name),
    description: textOf(schema.description),
    hint: textOf(hints.hint),
    placeholder: textOf(hints.placeholder),
    widget,
    initial: schema.default,
    required: required || hints.required === true,
    expression: hints.noExpression !== true && widget !== "code" && widget !== "credential",
    advanced: hints.advanced === true,
    multiline: hints.multiline === true,
    language: textOf(hints.language),
    accepts: textsOf(hints.accepts),
    choices: choicesOf(isList ? recordOf(schema.items) : schema, hints),
    dynamic: hints.dynamic === true,
    dependsOn: textsOf(hints.dependsOn),
    showIf: showIfOf(hints.showIf),
    minimum: numberOf(schema.minimum),
    maximum: numberOf(schema.maximum),
    fields: fieldsOf(widget === "list" ? schema.items : schema),
  };
}

function widgetOf(schema: JsonRecord, hints: JsonRecord): Widget {
  const named = WIDGETS.find((one) => one === hints.widget);
  if (named) {
    return named;
  }
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  if (Array.isArray(schema.enum)) {
    return "options";
  }
  if (type === "array") {
    return Object.keys(recordOf(recordOf(schema.items).properties)).length > 0 ? "list" : "json";
  }
  if (type === "object") {
    return schema.properties ? "collection" : "json";
  }
  const plain = {
    string: "text",
    number: "number",
    integer: "integer",
    boolean: "boolean",
  } as const;
  return typeof type === "string" && type in plain ? plain[type as keyof typeof plain] : "json";
}

function choicesOf(schema: JsonRecord, hints: JsonRecord): readonly Choice[] {
  const titles = textsOf(hints.titles);
  const values = Array.isArray(schema.enum) ? schema.enum.filter((one) => one !== null) : [];
  return values.map((value: unknown, index) => ({ value, title: titles[index] ?? String(value) }));
}

function showIfOf(value: unknown): Readonly<Record<string, readonly unknown[]>> {
  const entries = Object.entries(recordOf(value));
  return Object.fromEntries(entries.map(([name, some]) => [name, Array.isArray(some) ? some : []]));
}

function hintsOf(schema: unknown): JsonRecord {
  return recordOf(recordOf(schema)["x-ui"]);
}

function wordsOf(name: string): string {
  const words = name.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
