import { useTranslation } from "react-i18next";
import { Tabs } from "~/ui";
import { DocsTab } from "./DocsTab";
import type { Form } from "./form/Form";
import { ParametersTab } from "./ParametersTab";
import css from "./panel.module.css";
import { SettingsTab } from "./settings/SettingsTab";
import { useNodeType } from "./useNodeType";

interface Props {
  readonly form: Form;
  readonly tab: string;
  readonly onTab: (tab: string) => void;
}

/** What can be set of a node, and what there is to read about it. */
export function Middle({ form, tab, onTab }: Props) {
  const { t } = useTranslation();
  const { node } = form;
  const type = useNodeType(node.type, node.version);
  return (
    <div className={css.middle}>
      <Tabs
        label={t("panel.tabs")}
        chosen={tab}
        onChoose={onTab}
        tabs={[
          {
            id: "parameters",
            title: t("panel.tabParameters"),
            body: () => <ParametersTab form={form} type={type} />,
          },
          {
            id: "settings",
            title: t("panel.tabSettings"),
            body: () => <SettingsTab node={node} type={type} />,
          },
          { id: "docs", title: t("panel.tabDocs"), body: () => <DocsTab type={node.type} /> },
        ]}
      />
    </div>
  );
}
