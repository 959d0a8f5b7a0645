import { recordOf } from "../form/fields";
import { SchemaForm } from "../form/SchemaForm";
import type { ControlProps } from "./Control";

/** Named groups, each a list of rows. */
export function FixedCollectionControl({ field, value, path, scope }: ControlProps) {
  return (
    <SchemaForm
      flat
      fields={field.fields}
      values={recordOf(value ?? field.initial)}
      path={path}
      outer={scope}
    />
  );
}
