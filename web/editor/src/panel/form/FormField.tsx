import { type DragEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { DRAGGED } from "~/data/paths";
import { fieldPath, isExpression, type Path } from "~/model/expression";
import { withDropped } from "~/model/expression/path";
import { ExpressionField } from "../expression/ExpressionField";
import { Control } from "../widgets/Control";
import { FieldFoot } from "./FieldFoot";
import { FieldHead } from "./FieldHead";
import { useForm } from "./Form";
import type { Field } from "./fields";
import css from "./form.module.css";
import { useMapped } from "./mapping";
import type { Scope } from "./shown";

export interface FieldProps {
  readonly field: Field;
  readonly value: unknown;
  readonly path: Path;
  readonly scope: Scope;
}

function isLong(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** A parameter: fixed or an expression, what is wrong with it, what it gives. */
export function FormField(props: FieldProps) {
  const { field, value, path } = props;
  const { t } = useTranslation();
  const form = useForm();
  const id = useId();
  const [over, setOver] = useState(false);
  const place = fieldPath(path);
  const takes = field.expression && !form.readOnly;
  const insert = (code: string) => form.set(path, withDropped(value, code));
  const onFocus = useMapped(takes ? insert : null, field.title);
  if (field.widget === "notice") {
    return <p className={css.notice}>{field.title}</p>;
  }
  const asExpression = field.expression && isExpression(value);
  const drop = (event: DragEvent) => {
    setOver(false);
    const code = event.dataTransfer.getData(DRAGGED);
    if (code && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      insert(code);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the second way, a button the first
    <div
      className={css.field}
      data-field={place}
      data-over={over || undefined}
      onFocus={onFocus}
      onDragOver={(event) => {
        if (takes && event.dataTransfer.types.includes(DRAGGED)) {
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        }
      }}
      onDragLeave={() => setOver(false)}
      onDrop={takes ? drop : undefined}
    >
      <FieldHead {...props} id={id} asExpression={asExpression} />
      {asExpression ? (
        <ExpressionField
          id={id}
          label={t("panel.expressionOf", { name: field.title })}
          value={value}
          path={path}
          multiline={field.multiline || (field.widget === "json" && isLong(field.initial))}
        />
      ) : (
        <Control {...props} id={id} />
      )}
      <FieldFoot field={field} place={place} asExpression={asExpression} id={id} />
    </div>
  );
}
