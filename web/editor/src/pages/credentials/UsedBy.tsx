import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Badge, Empty, Failure, Loading, Table } from "~/ui";

export function usageOf(credential: string) {
  return {
    queryKey: ["credentials", "usage", credential],
    queryFn: async () => (await api().usageOfCredential(credential)).nodes,
    staleTime: 0,
  };
}

/** The nodes that may use a credential. */
export function UsedBy({ credential }: { readonly credential: string }) {
  const { t } = useTranslation();
  const usage = useQuery(usageOf(credential));
  if (usage.isPending) {
    return <Loading lines={3} />;
  }
  if (usage.isError) {
    return <Failure error={usage.error} onRetry={() => void usage.refetch()} />;
  }
  if (usage.data.length === 0) {
    return <Empty title={t("credentials.unused")} text={t("credentials.unusedText")} />;
  }
  return (
    <Table aria-label={t("credentials.usage")}>
      <thead>
        <tr>
          <th scope="col">{t("credentials.workflow")}</th>
          <th scope="col">{t("credentials.node")}</th>
          <th scope="col">{t("credentials.where")}</th>
        </tr>
      </thead>
      <tbody>
        {usage.data.map((one) => (
          <tr key={`${one.workflow_id} ${one.node_id} ${one.slot}`}>
            <td>
              <Link to="/workflows/$workflow" params={{ workflow: one.workflow_id }}>
                {one.workflow_name ?? one.workflow_id}
              </Link>
            </td>
            <td>
              <Link
                to="/workflows/$workflow"
                params={{ workflow: one.workflow_id }}
                search={{ node: one.node_id }}
              >
                {one.node_id}
              </Link>
            </td>
            <td>
              <Badge tone={one.published ? "good" : "plain"}>
                {one.published ? t("credentials.inVersion") : t("credentials.inDraft")}
              </Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
