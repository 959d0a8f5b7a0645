import { CircleAlert, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import type { Node } from "~/model/document";
import { setConfig } from "~/model/edit/nodes";
import { parsePath } from "~/model/expression";
import { Button } from "~/ui";
import type { Field } from "./form/fields";
import css from "./form/form.module.css";

interface Props {
  readonly node: Node;
  readonly fields: readonly Field[];
}

/** What is wrong with a node and stands at none of its fields. */
export function OtherFindings({ node, fields }: Props) {
  const { t } = useTranslation();
  const findings = useEditing((state) => state.findings);
  const edit = useEditing((state) => state.edit);
  const known = new Set(fields.map((field) => field.name));
  const others = findings.filter((one) => {
    const first = String(parsePath(one.field ?? "")[0] ?? "");
    const isCredential = first === "credentials";
    return one.node === node.id && !known.has(first) && !isCredential;
  });
  return others.map((one) => (
    <div key={`${one.code}/${one.field}`} className={css.finding} data-level={one.level ?? "error"}>
      {one.level === "warning" ? (
        <TriangleAlert size={16} aria-hidden />
      ) : (
        <CircleAlert size={16} aria-hidden />
      )}
      <div>
        <p>{one.message}</p>
        {one.fix ? <p className={css.hint}>{one.fix}</p> : null}
        {one.code === "config.unknown_key" && one.field ? (
          <Button
            onClick={() =>
              edit(t("panel.changed"), (draft) =>
                setConfig(draft, node.id, parsePath(one.field ?? ""), undefined),
              )
            }
          >
            {t("panel.takeAway", { name: one.field })}
          </Button>
        ) : null}
      </div>
    </div>
  ));
}
