import { MessageSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNodeTypes } from "~/api/queries";
import { openComments } from "~/canvas/comments/open";
import { useEditing } from "~/editing/store";
import type { Node, NodeSettings } from "~/model/document";
import { setSettings } from "~/model/edit/nodes";
import { Button, Check, Field, Select } from "~/ui";
import fieldCss from "../form/form.module.css";
import css from "../panel.module.css";
import type { Described } from "../useNodeType";
import { BudgetSettings } from "./BudgetSettings";
import { NumberSetting } from "./NumberSetting";
import { RetrySettings } from "./RetrySettings";
import { VersionSetting } from "./VersionSetting";

const ON_ERROR = ["stop", "continue", "error_port"] as const;
const FAILED_ITEM = ["with_error", "message", "one_message", "unchanged"] as const;
const FLAGS = ["disabled", "execute_once", "always_output", "breakpoint"] as const;

interface Props {
  readonly node: Node;
  readonly type: Described;
}

/** How the engine treats a node, whatever its type. */
export function SettingsTab({ node, type }: Props) {
  const { t } = useTranslation();
  const readOnly = useEditing((state) => state.readOnly);
  const edit = useEditing((state) => state.edit);
  const listed = useNodeTypes().get(node.type);
  const settings = node.settings ?? {};
  const set = (some: Partial<NodeSettings>) =>
    edit(
      t("panel.settings.changed"),
      (draft) => setSettings(draft, node.id, some),
      `settings/${node.id}/${Object.keys(some).join()}`,
    );
  const onError = settings.on_error ?? "stop";
  const isTrigger = listed?.kind.startsWith("trigger") ?? false;
  return (
    <fieldset className={css.settings} disabled={readOnly}>
      <legend className="visually-hidden">{t("panel.tabSettings")}</legend>
      <Field label={t("panel.settings.onError")} hint={t(`panel.settings.onErrorHint.${onError}`)}>
        <Select
          value={onError}
          onChange={(event) => {
            const chosen = ON_ERROR.find((one) => one === event.target.value);
            set({ on_error: chosen === "stop" ? undefined : chosen });
          }}
        >
          {ON_ERROR.map((one) => (
            <option key={one} value={one}>
              {t(`panel.settings.onErrorIs.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      {onError === "stop" ? null : (
        <Field label={t("panel.settings.failedItem")}>
          <Select
            value={settings.failed_item ?? "with_error"}
            onChange={(event) => {
              const chosen = FAILED_ITEM.find((one) => one === event.target.value);
              set({ failed_item: chosen === "with_error" ? undefined : chosen });
            }}
          >
            {FAILED_ITEM.map((one) => (
              <option key={one} value={one}>
                {t(`panel.settings.failedItemIs.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {isTrigger ? null : (
        <RetrySettings retry={settings.retry ?? null} usual={type.whole.retry} onChange={set} />
      )}
      <NumberSetting
        name="timeout_s"
        value={settings.timeout_s}
        usual={t("panel.settings.usualSeconds", { seconds: 300 })}
        onChange={(timeout_s) => set({ timeout_s })}
      />
      {FLAGS.map((flag) => (
        <div key={flag} className={css.flag}>
          <Check
            label={t(`panel.settings.flags.${flag}`)}
            checked={settings[flag] ?? false}
            onChange={(event) => set({ [flag]: event.target.checked })}
          />
          <p className={fieldCss.hint}>{t(`panel.settings.flagHints.${flag}`)}</p>
        </div>
      ))}
      <NumberSetting
        name="cache_s"
        value={settings.cache_s}
        usual={t("panel.settings.usualServer")}
        onChange={(cache_s) => set({ cache_s })}
      />
      <NumberSetting
        name="max_iterations"
        value={settings.max_iterations}
        usual={t("panel.settings.usualWorkflow")}
        onChange={(max_iterations) => set({ max_iterations })}
      />
      <BudgetSettings budget={settings.budget ?? null} onChange={(budget) => set({ budget })} />
      <Button onClick={() => openComments({ node: node.id })}>
        <MessageSquare aria-hidden /> {t("panel.comments")}
      </Button>
      <VersionSetting node={node} versions={listed?.versions ?? []} />
    </fieldset>
  );
}
