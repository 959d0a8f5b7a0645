import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant, useMe } from "~/api/queries";
import { Failure, Loading } from "~/ui";
import { Section } from "../Section";
import { useTeams } from "../teams/useTeams";
import { WorkspaceForm } from "./WorkspaceForm";

/** The workspace that one works in. */
export function Workspace() {
  const { t } = useTranslation();
  const id = useMe()?.workspace ?? "";
  const query = useQuery({
    queryKey: ["workspace", id],
    queryFn: () => api().showWorkspace(id),
  });
  const mayDivide = useGrant("workspace:admin");
  const teams = useTeams(mayDivide);
  return (
    <Section first title={t("settings.section.workspace")} text={t("settings.workspaceText")}>
      {query.error ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <WorkspaceForm
          key={query.data.id}
          workspace={query.data}
          teams={mayDivide ? (teams.data ?? []) : null}
        />
      ) : (
        <Loading />
      )}
    </Section>
  );
}
