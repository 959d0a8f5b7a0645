import { useTranslation } from "react-i18next";
import { type StepPlace, useRunStore } from "~/running";
import { Select } from "~/ui";
import css from "../panel.module.css";

/** Which run of a node is shown, where it ran more than once. */
export function RunChoice({ place }: { readonly place: StepPlace }) {
  const { t } = useTranslation();
  const run = useRunStore();
  if (place.runs.length < 2) {
    return null;
  }
  return (
    <Select
      className={css.runs ?? ""}
      aria-label={t("panel.run")}
      value={place.runs.indexOf(place.step)}
      onChange={(event) => {
        const step = place.runs[Number(event.target.value)];
        if (step) {
          run.choose(step);
        }
      }}
    >
      {place.runs.map((step, index) => (
        <option key={`${step.body}/${step.runIndex}`} value={index}>
          {t("panel.runNumber", { number: index + 1, count: place.runs.length })}
        </option>
      ))}
    </Select>
  );
}
