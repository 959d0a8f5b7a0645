import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NodeSettings } from "~/model/document";
import { Field, Select } from "~/ui";
import { recordOf } from "../form/fields";
import css from "../form/form.module.css";
import { NumberSetting } from "./NumberSetting";

type Retry = NonNullable<NodeSettings["retry"]>;

const NUMBERS = ["max_attempts", "first_delay_s", "factor", "max_delay_s", "jitter"] as const;
const USUAL = {
  max_attempts: 3,
  first_delay_s: 1,
  factor: 2,
  max_delay_s: 300,
  jitter: 0.2,
} as const;

interface Props {
  readonly retry: Retry | null;
  /** What the node type says. */
  readonly usual: unknown;
  readonly onChange: (some: Partial<NodeSettings>) => void;
}

/** When a step that failed is tried again. */
export function RetrySettings({ retry, usual, onChange }: Props) {
  const { t } = useTranslation();
  const ofType = Number(recordOf(usual).max_attempts ?? 1);
  const isOnce = retry?.max_attempts === 1;
  // One attempt means off, unless somebody is about to write ten.
  const [isOwn, setIsOwn] = useState(retry !== null && !isOnce);
  const mode = retry === null ? "usual" : isOnce && !isOwn ? "off" : "own";
  const choose = (chosen: string) => {
    setIsOwn(chosen === "own");
    onChange({
      retry:
        chosen === "usual" ? null : { max_attempts: chosen === "off" ? 1 : USUAL.max_attempts },
    });
  };
  return (
    <>
      <Field label={t("panel.settings.retry")} hint={t("panel.settings.retryHint")}>
        <Select value={mode} onChange={(event) => choose(event.target.value)}>
          <option value="usual">{t("panel.settings.retryUsual", { count: ofType })}</option>
          <option value="off">{t("panel.settings.retryOff")}</option>
          <option value="own">{t("panel.settings.retryOwn")}</option>
        </Select>
      </Field>
      {mode === "own" && retry ? (
        <div className={css.folded}>
          {NUMBERS.map((name) => (
            <NumberSetting
              key={name}
              name={name}
              value={retry[name]}
              usual={String(USUAL[name])}
              onChange={(value) => {
                setIsOwn(true);
                onChange({ retry: without({ ...retry, [name]: value }) });
              }}
            />
          ))}
        </div>
      ) : null}
    </>
  );
}

function without(retry: Readonly<Record<string, number | null | undefined>>): Retry {
  return Object.fromEntries(Object.entries(retry).filter(([, value]) => value != null));
}
