import { Bell, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { Button, Empty, Failure, Loading, Page } from "~/ui";
import { Messages } from "./Messages";
import { RuleForm } from "./RuleForm";
import { RuleTable } from "./RuleTable";
import { ordered } from "./rule";
import { SecretDialog } from "./SecretDialog";
import type { Shown } from "./shown";
import { useRules } from "./useRules";

/** Who is told of what. */
export function Alerts() {
  const { t } = useTranslation();
  const may = useGrant("workspace:write");
  const rules = useRules(may);
  const [shown, setShown] = useState<Shown | null>(null);
  const begin = (
    <Button look="primary" onClick={() => setShown({ what: "form", id: "" })}>
      <Plus aria-hidden />
      {t("alerts.new")}
    </Button>
  );
  const found = rules.data ?? [];
  return (
    <Page title={t("alerts.title")} text={t("alerts.text")} actions={found.length ? begin : null}>
      {may ? null : <Empty title={t("alerts.notYours")} text={t("alerts.notYoursText")} />}
      {rules.isLoading ? <Loading lines={4} /> : null}
      {rules.isError ? <Failure error={rules.error} onRetry={() => void rules.refetch()} /> : null}
      {rules.data?.length === 0 ? (
        <Empty icon={<Bell aria-hidden />} title={t("alerts.empty")} text={t("alerts.emptyText")}>
          {begin}
        </Empty>
      ) : null}
      {found.length ? <RuleTable rules={ordered(found)} onShow={setShown} /> : null}
      {shown ? (
        <Opened
          shown={shown}
          rule={found.find((one) => one.id === shown.id)}
          onClose={() => setShown(null)}
        />
      ) : null}
    </Page>
  );
}

interface OpenedProps {
  readonly shown: Shown;
  readonly rule: models.AlertsRule | undefined;
  readonly onClose: () => void;
}

/** The dialog that is open above the list. */
function Opened({ shown, rule, onClose }: OpenedProps) {
  if (shown.what === "form") {
    return rule || !shown.id ? <RuleForm rule={rule} onClose={onClose} /> : null;
  }
  if (!rule) {
    return null;
  }
  return shown.what === "messages" ? (
    <Messages rule={rule} onClose={onClose} />
  ) : (
    <SecretDialog rule={rule} onClose={onClose} />
  );
}
