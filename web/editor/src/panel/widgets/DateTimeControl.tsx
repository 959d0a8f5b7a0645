import { Input } from "~/ui";
import { useForm } from "../form/Form";
import type { ControlProps } from "./Control";
import { useDescribed } from "./described";

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

/** A moment; one that the picker cannot show, with a zone for instance, is a text. */
export function DateTimeControl(props: ControlProps) {
  const { field, value, path } = props;
  const form = useForm();
  const described = useDescribed(props);
  const current = value ?? field.initial ?? "";
  const text = typeof current === "string" ? current : "";
  const picks = text === "" || LOCAL.test(text);
  return (
    <Input
      {...described}
      type={picks ? "datetime-local" : "text"}
      value={text}
      readOnly={form.readOnly}
      onChange={(event) => form.set(path, event.target.value || undefined)}
      onKeyDown={(event) => {
        if (event.key === "=" && text === "" && field.expression && !form.readOnly) {
          event.preventDefault();
          form.set(path, "=");
        }
      }}
    />
  );
}
