import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNextPage } from "~/api/useNextPage";
import { Button, classOf, Empty, Failure, Loading } from "~/ui";
import { BulkBar } from "./BulkBar";
import { ExecutionRows } from "./ExecutionRows";
import css from "./executions.module.css";
import { Filters } from "./Filters";
import { type Filter, isNarrowed, NO_FILTER, searchOf } from "./filter";
import { SavedViews } from "./SavedViews";
import { StatusCounts } from "./StatusCounts";
import { useExecutions, useLiveExecutions } from "./useExecutions";

interface Props {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  /** The workflow is given and cannot be chosen. */
  readonly fixed?: boolean;
}

/** Executions, narrowed, chosen, and done with together. */
export function ExecutionList({ filter, onFilter, fixed = false }: Props) {
  const { t } = useTranslation();
  const { pages, rows } = useExecutions(filter);
  const near = useNextPage(pages);
  const again = () => void (pages.isFetchNextPageError ? pages.fetchNextPage() : pages.refetch());
  const key = JSON.stringify(searchOf(filter));
  const [chosen, setChosen] = useState<{ key: string; ids: ReadonlySet<string> }>(NOTHING);
  const ids = chosen.key === key ? chosen.ids : NOTHING.ids;
  const choose = (next: ReadonlySet<string>) => setChosen({ key, ids: next });
  useLiveExecutions(fixed ? filter.workflow : "");
  const own = useMemo(() => (fixed ? { ...filter, workflow: "" } : filter), [fixed, filter]);
  return (
    <>
      <div className={css.head}>
        <StatusCounts filter={filter} onFilter={onFilter} />
        <SavedViews filter={own} onFilter={onFilter} />
      </div>
      <Filters filter={filter} onFilter={onFilter} fixed={fixed} />
      {rows.length > 0 ? (
        <BulkBar filter={filter} shown={rows} chosen={ids} onChoose={choose} />
      ) : null}
      {pages.isPending ? <Loading lines={8} /> : null}
      {pages.isError ? <Failure error={pages.error} onRetry={again} /> : null}
      {pages.isSuccess && rows.length === 0 ? (
        isNarrowed(own) ? (
          <Empty title={t("executions.noneFound")} text={t("executions.noneFoundText")}>
            <Button
              onClick={() => onFilter({ ...NO_FILTER, workflow: fixed ? filter.workflow : "" })}
            >
              {t("executions.showAll")}
            </Button>
          </Empty>
        ) : (
          <Empty title={t("executions.none")} text={t("executions.noneText")}>
            <Link className={classOf("primary")} to="/workflows">
              {t("executions.toWorkflows")}
            </Link>
          </Empty>
        )
      ) : null}
      {rows.length > 0 ? (
        <ExecutionRows
          rows={rows}
          chosen={ids}
          onChoose={choose}
          named={!fixed}
          more={pages.hasNextPage}
          busy={pages.isFetchingNextPage}
          onMore={() => void pages.fetchNextPage()}
          onNear={near}
        />
      ) : null}
    </>
  );
}

const NOTHING = { key: "", ids: new Set<string>() as ReadonlySet<string> };
