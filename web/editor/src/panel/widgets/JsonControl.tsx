import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isRecord } from "~/data/kinds";
import { Input } from "~/ui";
import { CodeEditor } from "../code/CodeEditor";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import { looseText, looseValue } from "../form/loose";
import { useTyping } from "../form/useTyping";
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
  const typing = useTyping(value);
  return (
    <Input
      {...described}
      aria-labelledby={`${props.id}-label`}
      value={typing.text ?? looseText(value ?? field.initial)}
      placeholder={field.placeholder}
      readOnly={form.readOnly}
      spellCheck={false}
      onChange={(event) => {
        const text = event.target.value;
        const found = looseValue(text);
        // What was begun as a line stays one, until somebody is done with it.
        const now = text === "" ? undefined : isLong(found) ? text : found;
        typing.type(text, now);
        form.set(path, now);
      }}
      onBlur={() => {
        if (typing.text !== null && !typing.text.startsWith("=")) {
          form.set(path, typing.text === "" ? undefined : looseValue(typing.text));
        }
        typing.end();
      }}
    />
  );
}

function Whole({ field, value, path, id }: ControlProps) {
  const { t } = useTranslation();
  const form = useForm();
  const typing = useTyping(value);
  const [said, setSaid] = useState("");
  const wrong = typing.text === null ? "" : said;
  const current = value ?? field.initial;
  const text = current === undefined ? "" : JSON.stringify(current, null, 2);
  const change = (now: string) => {
    if (now.startsWith("=") && field.expression) {
      form.set(path, now);
      return;
    }
    try {
      const read = now.trim() === "" ? undefined : JSON.parse(now);
      typing.type(now, read);
      setSaid("");
      form.set(path, read);
    } catch (error) {
      typing.type(now, value);
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <CodeEditor
        labelledBy={`${id}-label`}
        language="json"
        value={typing.text ?? text}
        readOnly={form.readOnly}
        placeholder={field.placeholder}
        onChange={change}
        onBlur={() => wrong === "" && typing.end()}
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
