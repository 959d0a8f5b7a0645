/** Conditions as the document has them, read with care: anybody may have written it. */

import { isRecord, type JsonRecord } from "~/data/kinds";
import { operationFor, typeOf, type ValueType } from "./operators";

export interface Condition {
  readonly left: unknown;
  readonly operator: { readonly type: ValueType; readonly operation: string };
  readonly right?: unknown;
}

export interface Conditions {
  readonly combinator: "and" | "or";
  readonly options: JsonRecord;
  readonly conditions: readonly Condition[];
}

export const NEW_CONDITION: Condition = {
  left: "",
  operator: { type: "string", operation: "equals" },
  right: "",
};

export function conditionsOf(value: unknown): Conditions {
  const given = isRecord(value) ? value : {};
  const listed = Array.isArray(given.conditions) ? given.conditions.filter(isRecord) : [];
  return {
    combinator: given.combinator === "or" ? "or" : "and",
    options: isRecord(given.options) ? given.options : {},
    conditions: listed.map(conditionOf),
  };
}

function conditionOf(given: JsonRecord): Condition {
  const operator = isRecord(given.operator) ? given.operator : {};
  const type = typeOf(operator.type);
  const operation =
    typeof operator.operation === "string" ? operator.operation : operationFor(type, "");
  return {
    left: given.left ?? "",
    operator: { type, operation },
    ...("right" in given ? { right: given.right } : {}),
  };
}

/** As it is written: what is a default stays away. */
export function writtenConditions(given: Conditions): JsonRecord {
  return {
    ...(given.combinator === "or" ? { combinator: "or" } : {}),
    ...(Object.keys(given.options).length > 0 ? { options: given.options } : {}),
    conditions: given.conditions,
  };
}
