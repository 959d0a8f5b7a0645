import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useWorkflowName } from "~/api/workflows";
import { useFigures } from "~/i18n/useFigures";
import { classOf, Failure, Loading, Page } from "~/ui";
import { CallersBadge } from "./CallersBadge";
import { CopyUrl } from "./CopyUrl";
import { Deliveries } from "./Deliveries";
import { Method } from "./Method";
import { Probe } from "./Probe";
import { TestUrl } from "./TestUrl";
import css from "./webhooks.module.css";
import { wholeUrl } from "./wholeUrl";

/** One webhook: where it is, who may call, whether it would answer, and what came in. */
export function OneWebhook() {
  const { t } = useTranslation();
  const { webhook = "" } = useParams({ strict: false });
  const read = useQuery({
    queryKey: ["webhook", webhook],
    queryFn: () => api().showWebhook(webhook),
    refetchInterval: 10_000,
  });
  const back = (
    <Link className={classOf()} to="/webhooks">
      <ArrowLeft aria-hidden />
      {t("webhooks.title")}
    </Link>
  );
  return (
    <Page title={read.data?.url ?? t("webhooks.one")} actions={back}>
      {read.isPending ? <Loading /> : null}
      {read.isError ? <Failure error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.data ? <Shown one={read.data} /> : null}
    </Page>
  );
}

function Shown({ one }: { readonly one: models.WebhookShown }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const name = useWorkflowName(one.workflow_id);
  const last = one.last_received_ms;
  return (
    <>
      <section className={css.card}>
        <div className={css.url}>
          <Method method={one.method} />
          <code>{wholeUrl(one.url)}</code>
          <CopyUrl url={one.url} label={t("webhooks.copyUrl")} />
        </div>
        <dl className={css.facts}>
          <dt>{t("webhooks.workflow")}</dt>
          <dd>
            <Link to="/workflows/$workflow" params={{ workflow: one.workflow_id }}>
              {name}
            </Link>{" "}
            · {t("webhooks.version", { number: one.version })}
          </dd>
          <dt>{t("webhooks.callers")}</dt>
          <dd>
            <CallersBadge callers={one.callers} />
            {one.callers === "public" ? (
              <span className={css.note}>{t("webhooks.publicText")}</span>
            ) : null}
          </dd>
          <dt>{t("webhooks.lastReceived")}</dt>
          <dd title={last ? figures.exact(last) : ""}>
            {last ? figures.ago(last, Date.now()) : t("webhooks.never")}
          </dd>
        </dl>
        <Probe webhook={one.id} />
        <TestUrl workflow={one.workflow_id} node={one.node_id} />
      </section>
      <h2>{t("webhooks.deliveries")}</h2>
      <Deliveries webhook={one.id} workflow={one.workflow_id} />
    </>
  );
}
