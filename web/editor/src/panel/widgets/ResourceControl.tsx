import { useTranslation } from "react-i18next";
import { Input, Select } from "~/ui";
import { useForm } from "../form/Form";
import { recordOf } from "../form/fields";
import css from "../form/form.module.css";
import { looseText } from "../form/loose";
import type { ControlProps } from "./Control";
import { useChoices } from "./useChoices";

/** A thing in another system: chosen from a list, or named. */
export function ResourceControl({ field, value, path, id }: ControlProps) {
  const { t } = useTranslation();
  const form = useForm();
  const given = recordOf(value ?? field.initial);
  const mode = typeof given.mode === "string" ? given.mode : (field.accepts[0] ?? "id");
  const asked = useChoices({ ...field, dynamic: mode === "list" }, path);
  const set = (some: object) => form.set(path, { mode, value: "", ...given, ...some });
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name stands outside
    <div role="group" aria-labelledby={`${id}-label`} className={css.resource}>
      <Select
        aria-label={t("panel.resourceBy")}
        value={mode}
        disabled={form.readOnly}
        onChange={(event) => set({ mode: event.target.value, value: "" })}
      >
        {field.accepts.map((one) => (
          <option key={one} value={one}>
            {t(`panel.resource.${one}`, { defaultValue: one })}
          </option>
        ))}
      </Select>
      <Input
        aria-labelledby={`${id}-label`}
        list={mode === "list" ? `${id}-list` : undefined}
        value={looseText(given.value)}
        placeholder={field.placeholder}
        readOnly={form.readOnly}
        onChange={(event) => set({ value: event.target.value })}
      />
      {mode === "list" ? (
        <datalist id={`${id}-list`}>
          {asked.choices.map((choice) => (
            <option key={String(choice.value)} value={String(choice.value)} label={choice.title} />
          ))}
        </datalist>
      ) : null}
      {asked.error}
    </div>
  );
}
