import { useTranslation } from "react-i18next";
import { useFigures } from "~/i18n/useFigures";
import { Check, Choice, Field, Input, Select } from "~/ui";
import type { FieldProps } from "./fieldProps";
import { COOLDOWNS } from "./rule";

/** Whom a rule tells, and how often. */
export function TargetFields({ entered, onChange, words }: FieldProps) {
  const { t } = useTranslation();
  const { duration } = useFigures();
  const isMail = entered.channel === "email";
  const cooldowns = [...new Set<number>([...COOLDOWNS, entered.cooldownS])].sort((a, b) => a - b);
  return (
    <>
      <Choice
        label={t("alerts.channel")}
        options={[
          { value: "webhook", text: t("alerts.channels.webhook") },
          { value: "email", text: t("alerts.channels.email") },
        ]}
        chosen={entered.channel}
        onChoose={(channel) => onChange({ channel, target: "" })}
      />
      <Field
        label={isMail ? t("alerts.mailAddress") : t("alerts.url")}
        hint={isMail ? t("alerts.mailHint") : t("alerts.urlHint")}
        wrong={words("target")}
      >
        <Input
          type={isMail ? "email" : "url"}
          value={entered.target}
          placeholder={isMail ? "ops@example.com" : "https://example.com/alerts"}
          onChange={(event) => onChange({ target: event.target.value })}
        />
      </Field>
      <Field label={t("alerts.cooldown")} hint={t("alerts.cooldownHint")}>
        <Select
          value={entered.cooldownS}
          onChange={(event) => onChange({ cooldownS: Number(event.target.value) })}
        >
          {cooldowns.map((one) => (
            <option key={one} value={one}>
              {one ? duration(one) : t("alerts.noCooldown")}
            </option>
          ))}
        </Select>
      </Field>
      <Check
        label={t("alerts.on")}
        checked={!entered.disabled}
        onChange={(event) => onChange({ disabled: !event.target.checked })}
      />
    </>
  );
}
