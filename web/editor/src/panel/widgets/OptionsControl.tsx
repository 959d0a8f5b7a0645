import { useTranslation } from "react-i18next";
import { Select } from "~/ui";
import { useForm } from "../form/Form";
import type { Choice } from "../form/fields";
import type { ControlProps } from "./Control";
import { useDescribed } from "./described";
import { useChoices } from "./useChoices";

/** One of several, which may come from the server. */
export function OptionsControl(props: ControlProps) {
  const { field, value, path } = props;
  const { t } = useTranslation();
  const form = useForm();
  const described = useDescribed(props);
  const asked = useChoices(field, path);
  const current = value ?? field.initial;
  const choices = withCurrent(asked.choices, current);
  const place = choices.findIndex((choice) => choice.value === current);
  return (
    <>
      <Select
        {...described}
        value={place < 0 ? "" : String(place)}
        disabled={form.readOnly}
        onChange={(event) => form.set(path, choices[Number(event.target.value)]?.value)}
      >
        {place < 0 ? (
          <option value="">{t(asked.loading ? "common.loading" : "panel.choose")}</option>
        ) : null}
        {choices.map((choice, index) => (
          <option key={String(choice.value)} value={index} title={choice.description}>
            {choice.title}
          </option>
        ))}
      </Select>
      {asked.error}
    </>
  );
}

/** A value that is not among the choices is shown too: it counts, whatever it is. */
function withCurrent(choices: readonly Choice[], current: unknown): readonly Choice[] {
  const known = current == null || choices.some((choice) => choice.value === current);
  return known ? choices : [...choices, { value: current, title: String(current) }];
}
