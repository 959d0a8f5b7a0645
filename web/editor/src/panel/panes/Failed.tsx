import { ArrowRight, CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useNodeTypes } from "~/api/queries";
import { useEditing } from "~/editing/store";
import { findNode } from "~/model/document";
import { Button, Coded } from "~/ui";
import fieldCss from "../form/form.module.css";
import { goToField } from "../goTo";
import css from "../panel.module.css";

interface Props {
  readonly node: string;
  readonly error: models.ErrorRecord;
  /** Put the parameters in front. */
  readonly onParameters: () => void;
}

/** Why a step did not work, the way out, and the way to where it can be mended. */
export function Failed({ node, error, onParameters }: Props) {
  const { t, i18n } = useTranslation();
  const code = useCodeField(node);
  const line = code ? (error.line ?? 0) : 0;
  const field = error.field || (line > 0 || error.name === "SyntaxError" ? code : "");
  const known = `panel.codeHint.${error.name ?? ""}`;
  const ofCode = code && i18n.exists(known) ? t(known) : code ? t("panel.codeHint.other") : "";
  const hint = error.hint || (error.code.startsWith("guest.") ? ofCode : "");
  const where = [
    error.field ? t("panel.inField", { field: error.field }) : "",
    error.item == null ? "" : t("data.item", { index: error.item + 1 }),
    error.name && !error.message.includes(error.name) ? error.name : "",
    error.code,
  ];
  const go = () => {
    onParameters();
    goToField(field, line, error.column ?? 1);
  };
  return (
    <div className={css.failed} role="alert">
      <strong>
        <CircleAlert size={16} aria-hidden /> <Coded text={error.message} />
      </strong>
      {hint ? (
        <p>
          <Coded text={hint} />
        </p>
      ) : null}
      <p className={fieldCss.hint}>{where.filter(Boolean).join(" · ")}</p>
      {field ? (
        <Button onClick={go}>
          <ArrowRight aria-hidden />
          {line > 0 ? t("panel.toLine", { line }) : t("panel.toField")}
        </Button>
      ) : null}
    </div>
  );
}

/** The field that holds the code of a node; empty: it has none. */
function useCodeField(id: string): string {
  const type = useEditing((state) => findNode(state.history.document, id)?.type ?? "");
  const listed = useNodeTypes().get(type);
  return Object.keys(listed?.code ?? {})[0] ?? "";
}
