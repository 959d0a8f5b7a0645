import { Link } from "@tanstack/react-router";
import { ClipboardPaste, LayoutTemplate, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCreator } from "~/creator";
import { useEditing } from "~/editing/store";
import { carryOut, keysOf } from "~/keys/keys";
import { Button, classOf } from "~/ui";
import css from "../canvas.module.css";

/** A canvas without nodes: how to begin. */
export function FirstStep() {
  const { t } = useTranslation();
  const openCreator = useCreator((creator) => creator.openCreator);
  const readOnly = useEditing((editing) => editing.readOnly);
  if (readOnly) {
    return (
      <div className={css.first} data-state="empty">
        <p className={css.quiet}>{t("canvas.emptyReadOnly")}</p>
      </div>
    );
  }
  return (
    <div className={css.first} data-state="empty">
      <button type="button" className={css.firstStep} onClick={() => openCreator({})}>
        <Plus aria-hidden size={28} />
        {t("canvas.addFirst")}
        <kbd>{keysOf("creator")}</kbd>
      </button>
      <div className={css.firstOthers}>
        <Link to="/templates" className={classOf()}>
          <LayoutTemplate aria-hidden /> {t("canvas.fromTemplate")}
        </Link>
        <Button onClick={() => carryOut("workflow.import")}>
          <ClipboardPaste aria-hidden /> {t("canvas.pasteJson")}
        </Button>
      </div>
      <p className={css.quiet}>{t("canvas.firstText")}</p>
    </div>
  );
}
