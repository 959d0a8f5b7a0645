import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, Check } from "~/ui";
import {
  type Conditions,
  conditionsOf,
  NEW_CONDITION,
  writtenConditions,
} from "../form/conditions";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import { ConditionRow } from "./ConditionRow";
import type { ControlProps } from "./Control";

/** Comparisons of values, all or one of which have to hold. */
export function ConditionsControl({ field, value, path }: ControlProps) {
  const { t } = useTranslation();
  const form = useForm();
  const given = conditionsOf(value ?? field.initial);
  const set = (some: Partial<Conditions>) =>
    form.set(path, writtenConditions({ ...given, ...some }));
  const { combinator, options } = given;
  // A node that was just added shows the first condition, which is written once something is in it.
  const conditions = value === undefined ? [NEW_CONDITION] : given.conditions;
  const option = (name: "case_sensitive" | "strict") => (
    <Check
      label={t(`panel.conditions.${name}`)}
      checked={options[name] !== false}
      disabled={form.readOnly}
      onChange={(event) => {
        const { [name]: _, ...rest } = options;
        set({ options: event.target.checked ? rest : { ...rest, [name]: false } });
      }}
    />
  );
  return (
    <div className={css.conditions}>
      {conditions.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions are known by their place
        <div key={index}>
          {index > 0 ? (
            <button
              type="button"
              className={css.combinator}
              disabled={form.readOnly || index > 1}
              title={t("panel.conditions.change")}
              onClick={() => set({ combinator: combinator === "and" ? "or" : "and" })}
            >
              {t(`panel.conditions.${combinator}`)}
            </button>
          ) : null}
          <ConditionRow
            condition={condition}
            number={index + 1}
            path={[...path, "conditions", index]}
            onChange={(after) =>
              set({ conditions: conditions.map((one, at) => (at === index ? after : one)) })
            }
            onRemove={() => set({ conditions: conditions.filter((_, at) => at !== index) })}
          />
        </div>
      ))}
      {form.readOnly ? null : (
        <Button onClick={() => set({ conditions: [...conditions, NEW_CONDITION] })}>
          <Plus aria-hidden /> {t("panel.conditions.add")}
        </Button>
      )}
      {conditions.length > 0 ? (
        <div className={css.checks}>
          {option("case_sensitive")}
          {option("strict")}
        </div>
      ) : null}
    </div>
  );
}
