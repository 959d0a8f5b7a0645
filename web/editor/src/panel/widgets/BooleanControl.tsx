import { useTranslation } from "react-i18next";
import { Check } from "~/ui";
import { useForm } from "../form/Form";
import type { ControlProps } from "./Control";
import { useDescribed } from "./described";

export function BooleanControl(props: ControlProps) {
  const { field, value, path } = props;
  const { t } = useTranslation();
  const form = useForm();
  const { "aria-required": _, ...described } = useDescribed(props);
  const on = (value ?? field.initial) === true;
  return (
    <Check
      {...described}
      label={t(on ? "common.yes" : "common.no")}
      aria-label={field.title}
      checked={on}
      disabled={form.readOnly}
      onChange={(event) => form.set(path, event.target.checked)}
    />
  );
}
