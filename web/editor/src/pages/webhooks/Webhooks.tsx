import { useTranslation } from "react-i18next";
import { Page } from "~/ui";
import { WebhookTable } from "./WebhookTable";

/** All webhooks of the workspace. */
export function Webhooks() {
  const { t } = useTranslation();
  return (
    <Page title={t("webhooks.title")} text={t("webhooks.text")}>
      <WebhookTable workflow="" />
    </Page>
  );
}
