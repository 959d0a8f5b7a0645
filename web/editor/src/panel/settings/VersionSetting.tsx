import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import type { Node } from "~/model/document";
import { Field, Select } from "~/ui";

interface Props {
  readonly node: Node;
  readonly versions: readonly number[];
}

/** The version of the type; a newer one may have other parameters. */
export function VersionSetting({ node, versions }: Props) {
  const { t } = useTranslation();
  const edit = useEditing((state) => state.edit);
  const current = node.version ?? 1;
  const all = [...new Set([...versions, current])].sort((a, b) => a - b);
  return (
    <Field label={t("panel.settings.version")} hint={node.type}>
      <Select
        value={current}
        disabled={all.length < 2}
        onChange={(event) =>
          edit(t("panel.settings.changed"), (draft) => {
            const found = draft.nodes?.find((one) => one.id === node.id);
            if (found) {
              found.version = Number(event.target.value);
            }
          })
        }
      >
        {all.map((one) => (
          <option key={one} value={one}>
            {one === versions.at(-1) ? t("panel.settings.newest", { version: one }) : one}
          </option>
        ))}
      </Select>
    </Field>
  );
}
