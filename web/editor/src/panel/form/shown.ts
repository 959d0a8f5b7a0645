/** Which fields are shown: those whose conditions hold, beside them or further out. */

import { isRecord } from "~/data/kinds";
import { isExpression } from "~/model/expression";
import type { Field } from "./fields";

export interface Scope {
  readonly fields: readonly Field[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly outer?: Scope;
}

/** While an expression decides, a field is shown. */
export function isShown(
  scope: Scope,
  field: Field,
  asked: ReadonlySet<Field> = new Set(),
): boolean {
  if (asked.has(field)) {
    return true; // fields that name each other in a circle
  }
  const further = new Set(asked).add(field);
  return Object.entries(field.showIf).every(([name, wanted]) =>
    holds(scope, name, wanted, further),
  );
}

function holds(
  scope: Scope,
  name: string,
  wanted: readonly unknown[],
  asked: ReadonlySet<Field>,
): boolean {
  let place: Scope | undefined = scope;
  let other = find(place, name);
  while (place && !other) {
    place = place.outer;
    other = place && find(place, name);
  }
  if (!place || !other || !isShown(place, other, asked)) {
    return false;
  }
  const given = name in place.values ? place.values[name] : other.initial;
  if (other.expression && isExpression(given)) {
    return true;
  }
  const value = other.widget === "resource-locator" && isRecord(given) ? given.value : given;
  return wanted.some((one) => one === value);
}

function find(scope: Scope, name: string): Field | undefined {
  return scope.fields.find((field) => field.name === name);
}

/** Does the value say anything that the default does not? */
export function isDefault(field: Field, value: unknown): boolean {
  return value === undefined || JSON.stringify(value) === JSON.stringify(field.initial);
}
