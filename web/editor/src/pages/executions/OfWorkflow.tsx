import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { About } from "~/api/queries";
import { classOf, Failure, Page } from "~/ui";
import { ExecutionList } from "./ExecutionList";
import { type Filter, filterOf, searchOf } from "./filter";

/** The executions of one workflow. */
export function OfWorkflow() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { workflow = "" } = useParams({ strict: false });
  const filter = { ...filterOf(useSearch({ strict: false })), workflow };
  const shown = useQuery({
    queryKey: ["workflow", workflow],
    queryFn: async () => (await api().showWorkflow(workflow)).value,
  });
  const change = (next: Filter) =>
    void navigate({
      to: "/workflows/$workflow/executions",
      params: { workflow },
      search: searchOf({ ...next, workflow: "" }),
      replace: true,
    });
  const back = (
    <Link className={classOf()} to="/workflows/$workflow" params={{ workflow }}>
      <ArrowLeft aria-hidden />
      {t("executions.toEditor")}
    </Link>
  );
  return (
    <Page title={t("executions.title")} text={shown.data?.workflow.name ?? ""} actions={back}>
      {shown.isError ? (
        <Failure error={shown.error} onRetry={() => void shown.refetch()} />
      ) : (
        <About value={workflow}>
          <ExecutionList filter={filter} onFilter={change} fixed />
        </About>
      )}
    </Page>
  );
}
