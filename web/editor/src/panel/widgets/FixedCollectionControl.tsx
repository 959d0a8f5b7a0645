import { FormProvider } from "../form/Form";
import { recordOf } from "../form/fields";
import { SchemaForm } from "../form/SchemaForm";
import { useWithin } from "../form/within";
import type { ControlProps } from "./Control";

/** Named groups, each a list of rows. */
export function FixedCollectionControl(props: ControlProps) {
  const { field, value, path, scope } = props;
  return (
    <FormProvider value={useWithin(props)}>
      <SchemaForm
        flat
        fields={field.fields}
        values={recordOf(value ?? field.initial)}
        path={path}
        outer={scope}
      />
    </FormProvider>
  );
}
