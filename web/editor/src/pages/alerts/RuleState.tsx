import { BellOff, BellRing, CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { Badge } from "~/ui";

export function RuleState({ rule }: { readonly rule: models.AlertsRule }) {
  const { t } = useTranslation();
  if (rule.disabled) {
    return (
      <Badge>
        <BellOff aria-hidden />
        {t("alerts.off")}
      </Badge>
    );
  }
  const fires = rule.state === "firing";
  return (
    <Badge tone={fires ? "bad" : "good"}>
      {fires ? <BellRing aria-hidden /> : <CircleCheck aria-hidden />}
      {t(`alerts.stateOf.${rule.state}`)}
    </Badge>
  );
}
