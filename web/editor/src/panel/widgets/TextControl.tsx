import { Input, TextArea } from "~/ui";
import css from "../code/code.module.css";
import { useForm } from "../form/Form";
import type { ControlProps } from "./Control";
import { useDescribed } from "./described";

/** A text. One that begins with `=` is an expression, so `=` in an empty field begins one. */
export function TextControl(props: ControlProps) {
  const { field, value, path } = props;
  const form = useForm();
  const described = useDescribed(props);
  const given = {
    ...described,
    value:
      typeof value === "string" ? value : value == null ? initial(field.initial) : String(value),
    placeholder: field.placeholder.replace(/^e\.g\. =/, "="),
    readOnly: form.readOnly,
    spellCheck: false,
    autoComplete: "off",
    onChange: (event: { readonly target: { readonly value: string } }) =>
      form.set(path, event.target.value),
  };
  if (field.widget === "secret") {
    return <Input type="password" {...given} autoComplete="new-password" />;
  }
  return field.multiline ? (
    <TextArea className={css.mono ?? ""} rows={4} {...given} />
  ) : (
    <Input {...given} />
  );
}

function initial(value: unknown): string {
  return typeof value === "string" ? value : "";
}
