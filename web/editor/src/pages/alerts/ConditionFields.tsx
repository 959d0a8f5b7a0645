import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { useWorkflowNames } from "~/api/workflows";
import { useFigures } from "~/i18n/useFigures";
import { Field, Input, Select } from "~/ui";
import css from "./alerts.module.css";
import type { FieldProps } from "./fieldProps";
import { hasLeast, hasThreshold, hasWindow, hasWorkflow, KINDS, presetOf, WINDOWS } from "./rule";

/** What a rule watches for. */
export function ConditionFields({ entered, onChange, words }: FieldProps) {
  const { t } = useTranslation();
  const { duration } = useFigures();
  const names = useWorkflowNames(useGrant("workflow:read"));
  const { kind } = entered;
  const choose = (value: string) => {
    const chosen = KINDS.find((one) => one === value) ?? kind;
    onChange({ kind: chosen, threshold: presetOf(chosen) });
  };
  const windows: number[] = [...new Set([...WINDOWS, entered.windowS])].sort((a, b) => a - b);
  return (
    <>
      <Field label={t("common.name")} wrong={words("name")}>
        <Input
          value={entered.name}
          maxLength={200}
          placeholder={t("alerts.namePlaceholder")}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Field>
      <Field label={t("alerts.kind")} hint={t(`alerts.kindHint.${kind}`)}>
        <Select value={kind} onChange={(event) => choose(event.target.value)}>
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {t(`alerts.kinds.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <div className={css.pair}>
        {hasThreshold(kind) ? (
          <Field label={t(`alerts.threshold.${kind}`)} wrong={words("threshold")}>
            <Input
              inputMode="decimal"
              value={entered.threshold}
              onChange={(event) => onChange({ threshold: event.target.value })}
            />
          </Field>
        ) : null}
        {hasWindow(kind) ? (
          <Field label={t("alerts.window")}>
            <Select
              value={entered.windowS}
              onChange={(event) => onChange({ windowS: Number(event.target.value) })}
            >
              {windows.map((one) => (
                <option key={one} value={one}>
                  {duration(one)}
                </option>
              ))}
            </Select>
          </Field>
        ) : null}
        {hasLeast(kind) ? (
          <Field label={t("alerts.least")} wrong={words("least")}>
            <Input
              inputMode="numeric"
              value={entered.least}
              onChange={(event) => onChange({ least: event.target.value })}
            />
          </Field>
        ) : null}
      </div>
      {hasWorkflow(kind) ? (
        <Field label={t("alerts.workflow")}>
          <Select
            value={entered.workflow}
            onChange={(event) => onChange({ workflow: event.target.value })}
          >
            <option value="">{t("alerts.allWorkflows")}</option>
            {entered.workflow && !names.has(entered.workflow) ? (
              <option value={entered.workflow}>{entered.workflow}</option>
            ) : null}
            {[...names].map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
    </>
  );
}
