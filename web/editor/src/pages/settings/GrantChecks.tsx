import { useTranslation } from "react-i18next";
import { Check } from "~/ui";
import { byArea } from "./byArea";
import css from "./settings.module.css";

interface Props {
  readonly label: string;
  readonly all: readonly string[];
  readonly chosen: ReadonlySet<string>;
  readonly readOnly?: boolean;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}

/** Grants to be ticked, by what they are about. */
export function GrantChecks({ label, all, chosen, readOnly = false, onChoose }: Props) {
  const { t } = useTranslation();
  const toggle = (grants: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const grant of grants) {
      on ? next.add(grant) : next.delete(grant);
    }
    onChoose(next);
  };
  return (
    <fieldset className={css.area}>
      <legend>{label}</legend>
      {readOnly ? null : (
        <Check
          label={t("settings.allGrants")}
          checked={all.every((grant) => chosen.has(grant))}
          onChange={(event) => toggle(all, event.target.checked)}
        />
      )}
      <div className={css.checks}>
        {byArea(all).map(([area, grants]) => (
          <fieldset key={area} className={css.area} disabled={readOnly}>
            <legend>{t(`settings.area.${area}`, area)}</legend>
            {grants.map((grant) => (
              <Check
                key={grant}
                label={t(`settings.verb.${grant.split(":")[1]}`, grant)}
                checked={chosen.has(grant)}
                onChange={(event) => toggle([grant], event.target.checked)}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </fieldset>
  );
}
