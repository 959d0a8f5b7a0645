import { useState } from "react";
import { useTranslation } from "react-i18next";
import { languagesOf } from "~/editing/languages";
import { documentOf, useEditing } from "~/editing/store";
import type { Node } from "~/model/document";
import { nameFault, renameNode } from "~/model/edit/nodes";
import fieldCss from "./form/form.module.css";
import css from "./panel.module.css";

/** The name of a node, changed in its place; expressions that use it follow. */
export function NodeName({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const readOnly = useEditing((state) => state.readOnly);
  const edit = useEditing((state) => state.edit);
  const [text, setText] = useState<string | null>(null);
  const wrong =
    text === null ? undefined : nameFault(documentOf(useEditing.getState()), node.id, text.trim());
  const end = () => {
    const name = text?.trim() ?? node.name;
    if (!wrong && name !== node.name) {
      edit(t("panel.renamed"), (draft) => void renameNode(draft, node.id, name, languagesOf));
    }
    setText(null);
  };
  return (
    <span className={css.nodeName}>
      <input
        aria-label={t("panel.nodeName")}
        aria-invalid={wrong ? true : undefined}
        title={wrong ? t(`panel.badName.${wrong}`) : node.name}
        value={text ?? node.name}
        readOnly={readOnly}
        size={Math.min(32, Math.max(6, (text ?? node.name).length))}
        onChange={(event) => setText(event.target.value)}
        onBlur={end}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.currentTarget.blur();
          } else if (event.key === "Escape" && text !== null) {
            // The name as it was; the panel stays.
            event.preventDefault();
            setText(null);
          }
        }}
      />
      {wrong ? (
        <span className={fieldCss.wrong} role="alert">
          {t(`panel.badName.${wrong}`)}
        </span>
      ) : null}
    </span>
  );
}
