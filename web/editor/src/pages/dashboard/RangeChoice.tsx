import { useTranslation } from "react-i18next";
import css from "./dashboard.module.css";
import { RANGES, type Range } from "./series";

interface Props {
  readonly chosen: Range;
  readonly onChoose: (range: Range) => void;
}

export function RangeChoice({ chosen, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className={css.ranges}>
      <legend className="visually-hidden">{t("dashboard.range")}</legend>
      {RANGES.map((range) => (
        <label key={range} className={css.range}>
          <input
            type="radio"
            name="range"
            className="visually-hidden"
            checked={range === chosen}
            onChange={() => onChoose(range)}
          />
          <span>{t(`dashboard.ranges.${range}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
