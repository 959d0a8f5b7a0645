import { Input } from "~/ui";
import { useForm } from "../form/Form";
import { useTyping } from "../form/useTyping";
import type { ControlProps } from "./Control";
import { useDescribed } from "./described";

/** A number. While it is typed it need not be one; `=` begins an expression. */
export function NumberControl(props: ControlProps) {
  const { field, value, path } = props;
  const form = useForm();
  const described = useDescribed(props);
  const typing = useTyping(value);
  const current = value ?? field.initial ?? "";
  const change = (text: string) => {
    if (text.startsWith("=") && field.expression) {
      form.set(path, text);
      return;
    }
    const now = isWrong(text) ? value : text.trim() === "" ? undefined : Number(text);
    typing.type(text, now);
    if (now !== value) {
      form.set(path, now);
    }
  };
  const wrong = typing.text !== null && isWrong(typing.text);
  return (
    <Input
      {...described}
      inputMode={field.widget === "integer" ? "numeric" : "decimal"}
      value={typing.text ?? String(current)}
      placeholder={field.placeholder}
      readOnly={form.readOnly}
      aria-invalid={described["aria-invalid"] ?? (wrong ? true : undefined)}
      onChange={(event) => change(event.target.value)}
      onBlur={() => wrong || typing.end()}
    />
  );
}

function isWrong(text: string): boolean {
  return !Number.isFinite(Number(text));
}
