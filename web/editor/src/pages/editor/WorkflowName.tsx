import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import css from "./editor.module.css";

const LONGEST = 200;

/** The name, changed where it stands. */
export function WorkflowName() {
  const { t } = useTranslation();
  const name = useEditing((editing) => editing.history.document.name);
  const readOnly = useEditing((editing) => editing.readOnly);
  const edit = useEditing((editing) => editing.edit);
  const [written, setWritten] = useState<string | null>(null);
  if (readOnly) {
    return (
      <h1 className={css.name} title={name}>
        {name}
      </h1>
    );
  }
  const keep = () => {
    const next = written?.trim() ?? "";
    setWritten(null);
    if (next && next !== name) {
      edit(t("canvas.renamed"), (draft) => {
        draft.name = next;
      });
    }
  };
  const shown = written ?? name;
  return (
    <h1 className={css.nameFrame}>
      <span className={css.nameRoom} aria-hidden="true">
        {shown || " "}
      </span>
      <input
        className={css.nameField}
        size={1}
        aria-label={t("canvas.workflowName")}
        value={shown}
        maxLength={LONGEST}
        onChange={(event) => setWritten(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.currentTarget.blur();
          }
          if (event.key === "Escape") {
            setWritten(null);
            event.stopPropagation();
          }
        }}
      />
    </h1>
  );
}
