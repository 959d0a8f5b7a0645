import { useState } from "react";
import { Input } from "~/ui";
import { useForm } from "../form/Form";
import type { ControlProps } from "./Control";
import { useDescribed } from "./described";

/** A number. While it is typed it need not be one; `=` begins an expression. */
export function NumberControl(props: ControlProps) {
  const { field, value, path } = props;
  const form = useForm();
  const described = useDescribed(props);
  const [typing, setTyping] = useState<string | null>(null);
  const current = value ?? field.initial ?? "";
  const change = (text: string) => {
    if (text.startsWith("=") && field.expression) {
      form.set(path, text);
      return;
    }
    setTyping(text);
    const number = Number(text);
    if (text.trim() === "") {
      form.set(path, undefined);
    } else if (Number.isFinite(number)) {
      form.set(path, number);
    }
  };
  return (
    <Input
      {...described}
      inputMode={field.widget === "integer" ? "numeric" : "decimal"}
      value={typing ?? String(current)}
      placeholder={field.placeholder}
      readOnly={form.readOnly}
      aria-invalid={
        described["aria-invalid"] ?? (typing !== null && isWrong(typing) ? true : undefined)
      }
      onChange={(event) => change(event.target.value)}
      onBlur={() => setTyping((text) => (text !== null && isWrong(text) ? text : null))}
    />
  );
}

function isWrong(text: string): boolean {
  return !Number.isFinite(Number(text));
}
