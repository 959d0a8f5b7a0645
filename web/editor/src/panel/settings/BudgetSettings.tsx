import { useTranslation } from "react-i18next";
import type { NodeSettings } from "~/model/document";
import fieldCss from "../form/form.module.css";
import css from "../panel.module.css";
import { NumberSetting } from "./NumberSetting";

type Budget = NonNullable<NodeSettings["budget"]>;

const LIMITS = [
  "fuel",
  "memory_bytes",
  "wall_s",
  "total_s",
  "output_bytes",
  "host_calls",
  "fetched_bytes",
] as const;

interface Props {
  readonly budget: Budget | null;
  readonly onChange: (budget: Budget | null) => void;
}

/** What code of this node may spend in the sandbox, where that is not as the server says. */
export function BudgetSettings({ budget, onChange }: Props) {
  const { t } = useTranslation();
  const set = (name: (typeof LIMITS)[number], value: number | null) => {
    const left = Object.entries({ ...budget, [name]: value }).filter(([, one]) => one != null);
    onChange(left.length > 0 ? Object.fromEntries(left) : null);
  };
  return (
    <details className={css.budget} open={budget !== null || undefined}>
      <summary>{t("panel.settings.budget")}</summary>
      <p className={fieldCss.hint}>{t("panel.settings.budgetHint")}</p>
      {LIMITS.map((name) => (
        <NumberSetting
          key={name}
          name={name}
          value={budget?.[name]}
          usual={t("panel.settings.usualServer")}
          onChange={(value) => set(name, value)}
        />
      ))}
    </details>
  );
}
