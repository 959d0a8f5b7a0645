import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import type { Finding, Node } from "~/model/document";
import { setConfig, setCredential } from "~/model/edit/nodes";
import { fieldPath, type Path } from "~/model/expression";
import type { Before } from "./before";
import type { Form } from "./form/Form";
import { useCompleting } from "./useCompleting";
import { usePreview } from "./usePreview";

/** In place of the config: the slots of credentials, which stand beside it in the document. */
export const CREDENTIALS = "@credentials";

/** What the fields of a node share. */
export function useNodeForm(
  node: Node,
  before: readonly Before[],
  chosen: Before | undefined,
  item: number,
): Form {
  const { t } = useTranslation();
  const readOnly = useEditing((state) => state.readOnly);
  const findings = useEditing((state) => state.findings);
  const edit = useEditing((state) => state.edit);
  const direct = chosen?.port ? chosen : before[0];
  const shown = usePreview(node, direct, item);
  const completing = useCompleting(before, item);
  return useMemo(() => {
    const wrong = new Map<string, Finding>();
    for (const finding of findings) {
      const field = finding.field ?? "";
      if (finding.node === node.id && !wrong.has(field)) {
        wrong.set(field, finding);
      }
    }
    const set = (path: Path, value: unknown, where: Path = path) => {
      const place = fieldPath(where);
      edit(
        t("panel.changed"),
        (draft) => {
          if (path[0] === CREDENTIALS) {
            const id = typeof value === "string" ? value : null;
            setCredential(draft, node.id, String(path[1]), id);
          } else {
            setConfig(draft, node.id, path, value);
          }
        },
        `config/${node.id}/${place}`,
      );
    };
    return {
      node,
      readOnly,
      set,
      wrongAt: (place) => wrong.get(place) ?? wrong.get(`credentials.${place}`),
      shownAt: (place) => shown.get(place),
      completing,
    };
  }, [node, readOnly, findings, edit, shown, completing, t]);
}
