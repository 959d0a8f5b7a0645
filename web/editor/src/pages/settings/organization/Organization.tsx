import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant, useMe } from "~/api/queries";
import { Failure, Loading } from "~/ui";
import { NameForm } from "../NameForm";
import { Section } from "../Section";
import { useDoing } from "../useDoing";

/** Whom the workspaces belong to. */
export function Organization() {
  const { t } = useTranslation();
  const may = useGrant("organization:write");
  const id = useMe()?.organization ?? "";
  const key = ["organization", id] as const;
  const query = useQuery({ queryKey: key, queryFn: () => api().showOrganization(id) });
  const change = useDoing((name: string) => api().renameOrganization(id, { name }), {
    changes: [key],
    told: t("settings.saved"),
    shown: true,
  });
  return (
    <Section first title={t("settings.section.organization")} text={t("settings.organizationText")}>
      {query.error ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <NameForm
          key={query.data.name}
          label={t("common.name")}
          name={query.data.name}
          readOnly={!may}
          busy={change.isPending}
          error={change.error}
          onSave={(name) => change.mutate(name)}
        />
      ) : (
        <Loading lines={3} />
      )}
    </Section>
  );
}
