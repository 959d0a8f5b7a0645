import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Menu } from "~/ui";
import { FormProvider } from "../form/Form";
import { FormField } from "../form/FormField";
import { type Field, recordOf } from "../form/fields";
import css from "../form/form.module.css";
import { isShown, type Scope } from "../form/shown";
import { useWithin } from "../form/within";
import type { ControlProps } from "./Control";

/** Options that are added one by one. */
export function CollectionControl(props: ControlProps) {
  const { field, value, path, scope } = props;
  const { t } = useTranslation();
  const form = useWithin(props);
  const values = recordOf(value ?? field.initial);
  const inner: Scope = { fields: field.fields, values, outer: scope };
  const fits = field.fields.filter((one) => isShown(inner, one));
  const added = fits.filter((one) => one.name in values);
  const left = fits.filter((one) => !(one.name in values) && one.widget !== "notice");
  return (
    <div className={css.collection}>
      {added.map((one) => (
        <div key={one.name} className={css.added}>
          <FormProvider value={form}>
            <FormField
              field={one}
              value={values[one.name]}
              path={[...path, one.name]}
              scope={inner}
            />
          </FormProvider>
          {form.readOnly ? null : (
            <IconButton
              className={css.tiny ?? ""}
              label={t("panel.takeAway", { name: one.title })}
              onClick={() => form.set([...path, one.name], undefined)}
            >
              <X aria-hidden />
            </IconButton>
          )}
        </div>
      ))}
      {left.length === 0 || form.readOnly ? null : (
        <Menu
          align="start"
          entries={left.map((one) => ({
            text: one.title,
            act: () => form.set([...path, one.name], begin(one)),
          }))}
        >
          <Button>
            <Plus aria-hidden /> {t("panel.addOption")}
          </Button>
        </Menu>
      )}
    </div>
  );
}

const EMPTY: Partial<Record<Field["widget"], unknown>> = {
  boolean: false,
  list: [],
  "key-value": [],
  collection: {},
  "multi-options": [],
  integer: 0,
  number: 0,
};

function begin(field: Field): unknown {
  return field.initial ?? EMPTY[field.widget] ?? "";
}
