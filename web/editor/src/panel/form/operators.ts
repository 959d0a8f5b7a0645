/** What conditions can ask of a value, by its type. The server has the same table. */

import { isExpression } from "~/model/expression";
import { looseText } from "./loose";

export const TYPES = ["string", "number", "dateTime", "boolean", "array", "object", "any"] as const;
export type ValueType = (typeof TYPES)[number];

const PRESENCE = ["exists", "notExists", "empty", "notEmpty"] as const;

export const OPERATIONS = {
  string: [
    "equals",
    "notEquals",
    "contains",
    "notContains",
    "startsWith",
    "notStartsWith",
    "endsWith",
    "notEndsWith",
    "regex",
    "notRegex",
    ...PRESENCE,
  ],
  number: ["equals", "notEquals", "gt", "gte", "lt", "lte", ...PRESENCE],
  dateTime: [
    "equals",
    "notEquals",
    "after",
    "afterOrEquals",
    "before",
    "beforeOrEquals",
    ...PRESENCE,
  ],
  boolean: ["true", "false", "equals", "notEquals", ...PRESENCE],
  array: [
    "contains",
    "notContains",
    "lengthEquals",
    "lengthNotEquals",
    "lengthGt",
    "lengthGte",
    "lengthLt",
    "lengthLte",
    ...PRESENCE,
  ],
  object: [...PRESENCE],
  any: ["equals", "notEquals", ...PRESENCE],
} as const satisfies Readonly<Record<ValueType, readonly string[]>>;

const ALONE: ReadonlySet<string> = new Set(["true", "false", ...PRESENCE]);

/** Does it compare with a second value? */
export function comparesWith(operation: string): boolean {
  return !ALONE.has(operation);
}

export function typeOf(value: unknown): ValueType {
  return TYPES.find((type) => type === value) ?? "string";
}

/** The operation that stays when the type changes: the same where there is one. */
export function operationFor(type: ValueType, before: string): string {
  const known: readonly string[] = OPERATIONS[type];
  return known.includes(before) ? before : (known[0] ?? "equals");
}

/** A right value when what it is compared with is of another type; an expression stays one. */
export function retyped(value: unknown, type: ValueType, operation: string): unknown {
  const isText = typeof value === "string";
  return isExpression(value) ? value : typed(isText ? value : looseText(value), type, operation);
}

/** A right value as its type has it, from what somebody typed. */
export function typed(text: string, type: ValueType, operation: string): unknown {
  const isNumber = type === "number" || (type === "array" && operation.startsWith("length"));
  if (isNumber && text.trim() !== "" && Number.isFinite(Number(text))) {
    return Number(text);
  }
  if (type === "boolean" && (text === "true" || text === "false")) {
    return text === "true";
  }
  return text;
}
