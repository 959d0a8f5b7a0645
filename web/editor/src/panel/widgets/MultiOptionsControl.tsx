import { Check } from "~/ui";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import type { ControlProps } from "./Control";
import { useChoices } from "./useChoices";

/** Any number of several. */
export function MultiOptionsControl({ field, value, path, id }: ControlProps) {
  const form = useForm();
  const asked = useChoices(field, path);
  const given = value ?? field.initial;
  const chosen: readonly unknown[] = Array.isArray(given) ? given : [];
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name stands outside
    <div role="group" aria-labelledby={`${id}-label`} className={css.checks}>
      {asked.choices.map((choice) => {
        const on = chosen.includes(choice.value);
        const after = on ? chosen.filter((one) => one !== choice.value) : [...chosen, choice.value];
        return (
          <Check
            key={String(choice.value)}
            label={choice.title}
            checked={on}
            disabled={form.readOnly}
            onChange={() => form.set(path, after)}
          />
        );
      })}
      {asked.error}
    </div>
  );
}
