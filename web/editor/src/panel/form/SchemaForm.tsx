import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Path } from "~/model/expression";
import { Button } from "~/ui";
import { FormField } from "./FormField";
import type { Field } from "./fields";
import css from "./form.module.css";
import { isDefault, isShown, type Scope } from "./shown";

interface Props {
  readonly fields: readonly Field[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly path: Path;
  readonly outer?: Scope | undefined;
  /** In the row of a list: no line for more. */
  readonly flat?: boolean;
}

/** The fields of an object; those that few people need are folded away while they are as they were. */
export function SchemaForm({ fields, values, path, outer, flat = false }: Props) {
  const { t } = useTranslation();
  const [more, setMore] = useState(false);
  const scope: Scope = outer ? { fields, values, outer } : { fields, values };
  const shown = fields.filter((field) => isShown(scope, field));
  const folded = shown.filter((field) => field.advanced && isDefault(field, values[field.name]));
  const draw = (some: readonly Field[]) =>
    some.map((field) => (
      <FormField
        key={field.name}
        field={field}
        value={values[field.name]}
        path={[...path, field.name]}
        scope={scope}
      />
    ));
  if (flat) {
    return <>{draw(shown)}</>;
  }
  return (
    <>
      {draw(shown.filter((field) => !folded.includes(field)))}
      {folded.length > 0 ? (
        <>
          <Button look="quiet" aria-expanded={more} onClick={() => setMore(!more)}>
            {t(more ? "panel.less" : "panel.more", { count: folded.length })}
          </Button>
          {more ? <div className={css.folded}>{draw(folded)}</div> : null}
        </>
      ) : null}
    </>
  );
}
