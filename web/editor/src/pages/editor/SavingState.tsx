import { CircleCheck, CloudAlert, LoaderCircle, Pencil, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { type Saving, useEditing } from "~/editing/store";
import { carryOut } from "~/keys/keys";
import { said } from "~/ui";
import css from "./editor.module.css";

const ICONS = {
  saved: CircleCheck,
  dirty: Pencil,
  saving: LoaderCircle,
  conflict: TriangleAlert,
  failed: CloudAlert,
} as const satisfies Record<Saving, unknown>;

/** Whether the server has what is on the screen. */
export function SavingState() {
  const { t } = useTranslation();
  const saving = useEditing((editing) => editing.saving);
  const failure = useEditing((editing) => editing.failure);
  const readOnly = useEditing((editing) => editing.readOnly);
  if (readOnly) {
    return null;
  }
  const Icon = ICONS[saving];
  const text = t(`canvas.saving.${saving}`);
  const why = saving === "failed" && failure ? said(failure).message : "";
  return (
    <span className={css.saving} data-saving={saving} role="status" title={text}>
      <Icon aria-hidden size={15} />
      <span className={css.savingText}>{text}</span>
      {why ? (
        <span className={css.savingWhy} title={why}>
          {why}
        </span>
      ) : null}
      {saving === "failed" ? (
        <button type="button" className={css.savingRetry} onClick={() => carryOut("save")}>
          {t("common.retry")}
        </button>
      ) : null}
    </span>
  );
}
