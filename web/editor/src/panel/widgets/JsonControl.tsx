import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isRecord } from "~/data/kinds";
import { Input } from "~/ui";
import { CodeEditor } from "../code/CodeEditor";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import { looseText, looseValue } from "../form/loose";
import type { ControlProps } from "./Control";
import { useDescribed } from "./described";

/** A value of any type: a line where it is usually short, an editor where it is an object. */
export function JsonControl(props: ControlProps) {
  const { field, value } = props;
  const isLarge = isLong(value) || isLong(field.initial);
  return isLarge ? <Whole {...props} /> : <Line {...props} />;
}

function isLong(value: unknown): boolean {
  return isRecord(value) || Array.isArray(value);
}

function Line(props: ControlProps) {
  const { field, value, path } = props;
  const form = useForm();
  const described = useDescribed(props);
  const [typing, setTyping] = useState<string | null>(null);
  return (
    <Input
      {...described}
      aria-labelledby={`${props.id}-label`}
      value={typing ?? looseText(value ?? field.initial)}
      placeholder={field.placeholder}
      readOnly={form.readOnly}
      spellCheck={false}
      onChange={(event) => {
        const text = event.target.value;
        const found = looseValue(text);
        // What was begun as a line stays one, until somebody is done with it.
        setTyping(text);
        form.set(props.path, text === "" ? undefined : isLong(found) ? text : found);
      }}
      onBlur={() => {
        if (typing !== null && !typing.startsWith("=")) {
          form.set(path, typing === "" ? undefined : looseValue(typing));
        }
        setTyping(null);
      }}
    />
  );
}

function Whole({ field, value, path, id }: ControlProps) {
  const { t } = useTranslation();
  const form = useForm();
  const [typing, setTyping] = useState<string | null>(null);
  const [wrong, setWrong] = useState("");
  const current = value ?? field.initial;
  const text = current === undefined ? "" : JSON.stringify(current, null, 2);
  const change = (now: string) => {
    setTyping(now);
    if (now.startsWith("=") && field.expression) {
      form.set(path, now);
      return;
    }
    try {
      form.set(path, now.trim() === "" ? undefined : JSON.parse(now));
      setWrong("");
    } catch (error) {
      setWrong(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <CodeEditor
        labelledBy={`${id}-label`}
        language="json"
        value={typing ?? text}
        readOnly={form.readOnly}
        placeholder={field.placeholder}
        onChange={change}
        onBlur={() => wrong === "" && setTyping(null)}
        wrap={(code) => `"={{ ${code} }}"`}
      />
      {wrong ? (
        <p className={css.wrong} role="alert">
          {t("panel.notJson", { reason: wrong })}
        </p>
      ) : null}
    </>
  );
}
