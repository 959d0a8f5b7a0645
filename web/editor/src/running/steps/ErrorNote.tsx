import type { models } from "@penstock/client";
import { CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";
import css from "./steps.module.css";

/** What went wrong, where, and what to do about it. */
export function ErrorNote({ error }: { readonly error: models.ErrorRecord }) {
  const { t } = useTranslation();
  const place = [
    error.node_name,
    error.field ? t("running.atField", { field: error.field }) : "",
    typeof error.item === "number" ? t("running.atItem", { number: error.item + 1 }) : "",
    error.line ? t("running.atLine", { line: error.line }) : "",
  ].filter(Boolean);
  return (
    <div className={css.error} role="note" data-state="failed">
      <strong>
        <CircleX size={16} aria-hidden /> {error.message}
      </strong>
      {error.hint ? <span>{error.hint}</span> : null}
      <span className={css.note}>
        {place.join(" · ")} <code>{error.code}</code>
      </span>
      {error.stack ? (
        <details>
          <summary>{t("running.stack")}</summary>
          <pre className={css.code}>{error.stack}</pre>
        </details>
      ) : null}
    </div>
  );
}
