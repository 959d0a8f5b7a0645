import { type DragEvent, useId, useState } from "react";
import { DRAGGED } from "~/data/paths";
import { fieldPath, isExpression, type Path } from "~/model/expression";
import { withDropped } from "~/model/expression/path";
import { Input } from "~/ui";
import { ExpressionField } from "../expression/ExpressionField";
import { Gives } from "../form/FieldFoot";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import { looseText, looseValue } from "../form/loose";
import { useMapped } from "../form/mapping";
import { useTyping } from "../form/useTyping";

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly value: unknown;
  readonly path: Path;
  readonly onSet: (value: unknown) => void;
  readonly read?: (text: string) => unknown;
  readonly write?: (value: unknown) => string;
}

/** A value in a line, without a name above it: `=` or a dropped field makes it an expression. */
export function ValueInput(props: Props) {
  const { label, value, path, onSet, read = looseValue, write = looseText } = props;
  const form = useForm();
  const id = useId();
  const typing = useTyping(value);
  const [over, setOver] = useState(false);
  const insert = (code: string) => {
    typing.end();
    onSet(withDropped(value, code));
  };
  const onFocus = useMapped(form.readOnly ? null : insert, label);
  const onDrop = (event: DragEvent) => {
    setOver(false);
    const code = event.dataTransfer.getData(DRAGGED);
    if (code && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      insert(code);
    }
  };
  const wrong = form.wrongAt(fieldPath(path));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the second way, a button the first
    <div
      className={css.drop}
      data-over={over || undefined}
      onFocus={onFocus}
      onDragOver={(event) => {
        if (!form.readOnly && event.dataTransfer.types.includes(DRAGGED)) {
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        }
      }}
      onDragLeave={() => setOver(false)}
      onDrop={form.readOnly ? undefined : onDrop}
    >
      {isExpression(value) ? (
        <>
          <ExpressionField
            id={id}
            label={label}
            value={value}
            path={path}
            onSet={onSet}
            onEmpty={() => onSet("")}
          />
          <Gives place={fieldPath(path)} />
        </>
      ) : (
        <Input
          id={id}
          aria-label={label}
          aria-invalid={wrong ? true : undefined}
          value={typing.text ?? write(value)}
          placeholder={props.placeholder}
          readOnly={form.readOnly}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            const text = event.target.value;
            const now = text.startsWith("=") ? text : read(text);
            typing.type(text, now);
            onSet(now);
          }}
          onBlur={typing.end}
        />
      )}
      {wrong ? <p className={css.wrong}>{wrong.message}</p> : null}
    </div>
  );
}
