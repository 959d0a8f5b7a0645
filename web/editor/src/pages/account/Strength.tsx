import { useTranslation } from "react-i18next";
import css from "./account.module.css";
import { LEVELS, strengthOf } from "./strength";

/** What a new password is worth. */
export function Strength({ password }: { readonly password: string }) {
  const { t } = useTranslation();
  const level = strengthOf(password);
  const value = LEVELS.indexOf(level) + (password ? 1 : 0);
  return (
    <div className={css.strength} aria-live="polite">
      <meter
        aria-label={t("account.strength")}
        min={0}
        max={LEVELS.length}
        low={2}
        high={3}
        optimum={LEVELS.length}
        value={value}
      />
      {t(password ? `account.level.${level}` : "account.passwordHint")}
    </div>
  );
}
