import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Columns3, Download, FileUp, Plus, Rows3, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useNextPage } from "~/api/useNextPage";
import { useFigures } from "~/i18n/useFigures";
import { fileName, saveFile } from "~/pages/workflows/saveFile";
import {
  Button,
  classOf,
  confirm,
  Empty,
  Failure,
  Loading,
  Menu,
  Page,
  tell,
  tellFailure,
} from "~/ui";
import { CsvDialog } from "./CsvDialog";
import { type Condition, written } from "./cells";
import { FilterBar } from "./FilterBar";
import { Grid } from "./Grid";
import { RowDialog } from "./RowDialog";
import { type DataTable, type Row, refreshTable, refreshTables, useRows, useTable } from "./rows";
import { TableDialog } from "./TableDialog";
import css from "./tables.module.css";

const HERE = "/inside/tables/$table";

export function OneTable() {
  const { t } = useTranslation();
  const { table: id } = useParams({ from: HERE });
  const about = useTable(id);
  if (about.isPending) {
    return (
      <Page title={t("tables.title")}>
        <Loading lines={10} />
      </Page>
    );
  }
  if (about.isError) {
    return (
      <Page title={t("tables.title")}>
        <Failure error={about.error} onRetry={() => void about.refetch()} />
        <Link to="/tables">{t("tables.toList")}</Link>
      </Page>
    );
  }
  return <Opened key={id} table={about.data} />;
}

type Asking = "columns" | "csv" | "row" | Row | null;

function Opened({ table }: { readonly table: DataTable }) {
  const { t } = useTranslation();
  const { count } = useFigures();
  const search = useSearch({ from: HERE });
  const navigate = useNavigate();
  const mayChange = useGrant("table:write");
  const [conditions, setConditions] = useState<readonly Condition[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [asking, setAsking] = useState<Asking>(null);
  const sort = typeof search.sort === "string" ? search.sort : "";
  const filter = useMemo(() => conditions.map(written).filter((one) => one !== null), [conditions]);
  const read = useRows(table.id, filter, sort);
  const rows = useMemo(() => read.data?.pages.flatMap((page) => page.items) ?? [], [read.data]);
  const near = useNextPage(read);
  const again = () => void (read.isFetchNextPageError ? read.fetchNextPage() : read.refetch());
  const remove = async () => {
    const yes = await confirm({
      title: t("tables.rowsRemoveTitle", { count: chosen.size }),
      text: t("tables.rowsRemoveText"),
      deed: t("common.delete"),
      danger: true,
    });
    if (!yes) {
      return;
    }
    try {
      const { removed } = await api().removeRows(table.id, { ids: [...chosen].slice(0, 1_000) });
      tell(t("tables.rowsRemoved", { count: removed }));
      setChosen(new Set());
    } catch (error) {
      tellFailure(error);
    }
    await Promise.all([refreshTable(table.id), refreshTables()]);
  };
  const save = (for_spreadsheets: boolean) =>
    void api()
      .exportRows(table.id, { for_spreadsheets })
      .then(
        (bytes) => saveFile(fileName(table.name, "csv"), new Uint8Array(bytes), "text/csv"),
        tellFailure,
      );
  const add = mayChange ? (
    <Button look="primary" onClick={() => setAsking("row")}>
      <Plus aria-hidden /> {t("tables.rowAdd")}
    </Button>
  ) : null;
  const actions = (
    <>
      <Link to="/tables" className={classOf()}>
        {t("tables.toList")}
      </Link>
      <Menu
        entries={[
          { text: t("tables.exportPlain"), act: () => save(false) },
          { text: t("tables.exportSafe"), act: () => save(true) },
        ]}
      >
        <Button>
          <Download aria-hidden /> {t("tables.export")}
        </Button>
      </Menu>
      {mayChange ? (
        <>
          <Button onClick={() => setAsking("csv")}>
            <FileUp aria-hidden /> {t("tables.import")}
          </Button>
          <Button onClick={() => setAsking("columns")}>
            <Columns3 aria-hidden /> {t("tables.columnsChange")}
          </Button>
        </>
      ) : null}
      {add}
    </>
  );
  return (
    <Page
      title={table.name}
      text={t("tables.size", { count: table.rows, shown: count(table.rows) })}
      actions={actions}
    >
      <FilterBar columns={table.columns} conditions={conditions} onChange={setConditions} />
      {chosen.size ? (
        <div className={css.bulk} role="toolbar" aria-label={t("tables.withChosen")}>
          <strong aria-live="polite">{t("tables.chosen", { count: chosen.size })}</strong>
          {mayChange ? (
            <Button look="danger" onClick={() => void remove()}>
              <Trash2 aria-hidden /> {t("common.delete")}
            </Button>
          ) : null}
          <Button onClick={() => setChosen(new Set())}>{t("tables.chooseNone")}</Button>
        </div>
      ) : null}
      {read.isPending ? <Loading lines={8} /> : null}
      {read.isError ? <Failure error={read.error} onRetry={again} /> : null}
      {read.isSuccess && rows.length === 0 ? (
        <Empty
          icon={<Rows3 aria-hidden />}
          title={t(filter.length ? "tables.rowsNotFound" : "tables.rowsNone")}
          text={t(filter.length ? "tables.rowsNotFoundText" : "tables.rowsNoneText")}
        >
          {filter.length ? null : add}
        </Empty>
      ) : null}
      {rows.length ? (
        <Grid
          table={table}
          rows={rows}
          sort={sort}
          mayChange={mayChange}
          chosen={chosen}
          onChosen={setChosen}
          onSort={(next) =>
            void navigate({
              to: "/tables/$table",
              params: { table: table.id },
              search: next ? { sort: next } : {},
            })
          }
          onOpen={setAsking}
          onNear={near}
        />
      ) : null}
      <Asked table={table} asking={asking} onClose={() => setAsking(null)} />
    </Page>
  );
}

interface AskedProps {
  readonly table: DataTable;
  readonly asking: Asking;
  readonly onClose: () => void;
}

function Asked({ table, asking, onClose }: AskedProps) {
  if (asking === null) {
    return null;
  }
  if (asking === "columns") {
    return <TableDialog table={table} onSaved={() => undefined} onClose={onClose} />;
  }
  if (asking === "csv") {
    return <CsvDialog table={table} onClose={onClose} />;
  }
  return (
    <RowDialog table={table} {...(asking === "row" ? {} : { row: asking })} onClose={onClose} />
  );
}
