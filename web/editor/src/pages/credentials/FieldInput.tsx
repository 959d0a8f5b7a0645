import { useTranslation } from "react-i18next";
import { Check, Field, Input, Select, TextArea } from "~/ui";
import css from "./credentials.module.css";
import type { FormField } from "./form";
import { SecretInput } from "./SecretInput";
import type { Entering } from "./useEntering";

interface Props {
  readonly field: FormField;
  readonly entering: Entering;
  readonly filled: boolean;
}

/** One field of the type of a credential. */
export function FieldInput({ field, entering, filled }: Props) {
  const { t } = useTranslation();
  const kind = entering.wrong[field.name];
  const range = { from: field.minimum ?? "−∞", to: field.maximum ?? "∞" };
  const wrong = kind ? t(`credentials.wrong.${kind}`, range) : undefined;
  if (field.secret) {
    return <SecretInput field={field} entering={entering} filled={filled} wrong={wrong} />;
  }
  const value = entering.entered.values[field.name] ?? "";
  const set = (event: { target: { value: string } }) =>
    entering.setValue(field.name, event.target.value);
  if (field.kind === "check") {
    return (
      <Check
        label={field.title}
        checked={value === "true"}
        onChange={(event) => entering.setValue(field.name, String(event.target.checked))}
      />
    );
  }
  const label = field.required ? field.title : `${field.title} (${t("common.optional")})`;
  if (field.kind === "choice") {
    return (
      <Field label={field.title} hint={field.hint || undefined} wrong={wrong}>
        <Select value={value} onChange={set}>
          {field.choices.map(([one, title]) => (
            <option key={one} value={one}>
              {title}
            </option>
          ))}
        </Select>
      </Field>
    );
  }
  const given = { value, onChange: set, placeholder: field.placeholder, autoComplete: "off" };
  return (
    <Field label={label} hint={field.hint || undefined} wrong={wrong}>
      {field.multiline ? (
        <TextArea {...given} className={css.mono ?? ""} spellCheck={false} />
      ) : (
        <Input {...given} inputMode={field.kind === "number" ? "numeric" : "text"} />
      )}
    </Field>
  );
}
