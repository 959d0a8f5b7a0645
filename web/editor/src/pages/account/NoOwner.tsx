import { useTranslation } from "react-i18next";
import css from "./account.module.css";
import { Door } from "./Door";

/** Nobody owns this server yet, and who is to has a link. */
export function NoOwner() {
  const { t } = useTranslation();
  return (
    <Door title={t("account.noOwner")} text={t("account.noOwnerText")}>
      <code className={css.command}>http://…/?setup=…</code>
    </Door>
  );
}
