import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { nameAsked } from "~/api/workflows";
import { classOf, Failure, Page } from "~/ui";
import { WebhookTable } from "./WebhookTable";

/** The webhooks of one workflow. */
export function OfWorkflow() {
  const { t } = useTranslation();
  const { workflow = "" } = useParams({ strict: false });
  const read = useQuery(nameAsked(workflow));
  const back = (
    <Link className={classOf()} to="/workflows/$workflow" params={{ workflow }}>
      <ArrowLeft aria-hidden />
      {t("webhooks.toEditor")}
    </Link>
  );
  return (
    <Page title={t("webhooks.title")} text={read.data ?? ""} actions={back}>
      {read.isError ? (
        <Failure error={read.error} onRetry={() => void read.refetch()} />
      ) : (
        <WebhookTable workflow={workflow} />
      )}
    </Page>
  );
}
