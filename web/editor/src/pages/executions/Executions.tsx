import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "~/ui";
import { ExecutionList } from "./ExecutionList";
import { type Filter, filterOf, searchOf } from "./filter";

/** All executions of the workspace. */
export function Executions() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const filter = filterOf(useSearch({ strict: false }));
  const change = (next: Filter) =>
    void navigate({ to: "/executions", search: searchOf(next), replace: true });
  return (
    <Page title={t("executions.title")}>
      <ExecutionList filter={filter} onFilter={change} />
    </Page>
  );
}
