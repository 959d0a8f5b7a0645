import {
  BellOff,
  BellRing,
  EllipsisVertical,
  KeyRound,
  List,
  Pencil,
  Send,
  Trash2,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { confirm, IconButton, Menu, tell, tellFailure } from "~/ui";
import { asGiven } from "./rule";
import type { Shown } from "./shown";
import { RULES } from "./useRules";

interface Props {
  readonly rule: models.AlertsRule;
  readonly onShow: (shown: Shown) => void;
}

/** What can be done with a rule. */
export function RuleMenu({ rule, onShow }: Props) {
  const { t } = useTranslation();
  const { id, name } = rule;
  const carryOut = async (deed: () => Promise<unknown>, done: string) => {
    try {
      await deed();
      tell(done);
    } catch (error) {
      tellFailure(error);
    }
    await cache.invalidateQueries({ queryKey: RULES });
  };
  const toggle = () =>
    api().changeAlert(
      id,
      { ...asGiven(rule), disabled: !rule.disabled },
      { etag: String(rule.revision) },
    );
  const remove = async () => {
    const question = {
      title: t("alerts.removeTitle", { name }),
      text: t("alerts.removeText"),
      deed: t("common.delete"),
      danger: true,
    };
    if (await confirm(question)) {
      await carryOut(() => api().removeAlert(id), t("alerts.removed", { name }));
    }
  };
  const secret = {
    text: t("alerts.secret"),
    icon: <KeyRound />,
    act: () => onShow({ what: "secret", id }),
  };
  return (
    <Menu
      entries={[
        { text: t("common.edit"), icon: <Pencil />, act: () => onShow({ what: "form", id }) },
        {
          text: t("alerts.messages"),
          icon: <List />,
          act: () => onShow({ what: "messages", id }),
        },
        {
          text: t("alerts.test"),
          icon: <Send />,
          act: () => void carryOut(() => api().testAlert(id), t("alerts.tested")),
        },
        ...(rule.channel === "webhook" ? [secret] : []),
        {
          text: rule.disabled ? t("alerts.turnOn") : t("alerts.turnOff"),
          icon: rule.disabled ? <BellRing /> : <BellOff />,
          act: () =>
            void carryOut(toggle, t(rule.disabled ? "alerts.isOn" : "alerts.isOff", { name })),
        },
        null,
        { text: t("common.delete"), icon: <Trash2 />, act: () => void remove() },
      ]}
    >
      <IconButton label={t("alerts.actions", { name })}>
        <EllipsisVertical aria-hidden />
      </IconButton>
    </Menu>
  );
}
