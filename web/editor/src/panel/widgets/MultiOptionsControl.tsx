import { Check } from "~/ui";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import { looseText } from "../form/loose";
import type { ControlProps } from "./Control";
import { useChoices } from "./useChoices";

/** Any number of several. What was chosen and is not among them is there too, to be taken out. */
export function MultiOptionsControl({ field, value, path, id }: ControlProps) {
  const form = useForm();
  const asked = useChoices(field, path);
  const given = value ?? field.initial;
  const chosen: readonly unknown[] = Array.isArray(given) ? given : [];
  const known = new Set(asked.choices.map((choice) => choice.value));
  const others = chosen.filter((one) => !known.has(one));
  const choices = [
    ...asked.choices,
    ...others.map((value) => ({ value, title: looseText(value), description: "" })),
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name stands outside
    <div role="group" aria-labelledby={`${id}-label`} className={css.checks}>
      {choices.map((choice) => {
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
