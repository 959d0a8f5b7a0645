import type { models } from "@penstock/client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Webhook as Icon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useWorkflowName } from "~/api/workflows";
import { useFigures } from "~/i18n/useFigures";
import { classOf, Empty, Failure, Loading, Table } from "~/ui";
import { CallersBadge } from "./CallersBadge";
import { CopyUrl } from "./CopyUrl";
import { Method } from "./Method";
import css from "./webhooks.module.css";

interface Props {
  /** Only those of this workflow; empty: all. */
  readonly workflow: string;
}

/** The addresses at which workflows answer. */
export function WebhookTable({ workflow }: Props) {
  const { t } = useTranslation();
  const read = useQuery({
    queryKey: ["webhooks", workflow],
    queryFn: async () => {
      const found: models.WebhookShown[] = [];
      for await (const one of api().listWebhooks({
        limit: 100,
        ...(workflow ? { workflow } : {}),
      })) {
        found.push(one);
      }
      return found;
    },
    refetchInterval: 20_000,
  });
  if (read.isPending) {
    return <Loading />;
  }
  if (read.isError) {
    return <Failure error={read.error} onRetry={() => void read.refetch()} />;
  }
  if (read.data.length === 0) {
    return (
      <Empty icon={<Icon aria-hidden />} title={t("webhooks.none")} text={t("webhooks.noneText")}>
        {workflow ? (
          <Link className={classOf("primary")} to="/workflows/$workflow" params={{ workflow }}>
            {t("webhooks.toEditor")}
          </Link>
        ) : (
          <Link className={classOf("primary")} to="/workflows">
            {t("webhooks.toWorkflows")}
          </Link>
        )}
      </Empty>
    );
  }
  return (
    <Table className={css.table ?? ""}>
      <thead>
        <tr>
          <th scope="col">{t("webhooks.address")}</th>
          {workflow ? null : <th scope="col">{t("webhooks.workflow")}</th>}
          <th scope="col">{t("webhooks.callers")}</th>
          <th scope="col">{t("webhooks.lastReceived")}</th>
          <th scope="col">
            <span className="visually-hidden">{t("common.copy")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {read.data.map((one) => (
          <Row key={one.id} one={one} named={!workflow} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ one, named }: { readonly one: models.WebhookShown; readonly named: boolean }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const name = useWorkflowName(one.workflow_id);
  const last = one.last_received_ms;
  return (
    <tr>
      <td>
        <span className={css.address}>
          <Method method={one.method} />
          <Link to="/webhooks/$webhook" params={{ webhook: one.id }}>
            <code>{one.url}</code>
          </Link>
        </span>
      </td>
      {named ? (
        <td>
          <Link to="/workflows/$workflow" params={{ workflow: one.workflow_id }}>
            {name}
          </Link>
        </td>
      ) : null}
      <td>
        <CallersBadge callers={one.callers} />
      </td>
      <td title={last ? figures.exact(last) : ""}>
        {last ? figures.ago(last, Date.now()) : t("webhooks.never")}
      </td>
      <td>
        <CopyUrl url={one.url} label={t("webhooks.copyUrl")} />
      </td>
    </tr>
  );
}
