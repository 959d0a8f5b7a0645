import { Link, useNavigate } from "@tanstack/react-router";
import { Plus, Table2, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useFigures } from "~/i18n/useFigures";
import {
  Button,
  confirm,
  Empty,
  Failure,
  IconButton,
  Loading,
  Page,
  Table,
  tell,
  tellFailure,
  When,
} from "~/ui";
import { type DataTable, refreshTables, useTables } from "./rows";
import { TableDialog } from "./TableDialog";
import css from "./tables.module.css";

export function Tables() {
  const { t } = useTranslation();
  const { count } = useFigures();
  const navigate = useNavigate();
  const read = useTables();
  const mayChange = useGrant("table:write");
  const mayRemove = useGrant("table:delete");
  const [making, setMaking] = useState(false);
  const remove = async (one: DataTable) => {
    const yes = await confirm({
      title: t("tables.removeTitle", { name: one.name }),
      text: t("tables.removeText", { count: one.rows }),
      deed: t("common.delete"),
      danger: true,
    });
    if (yes) {
      await api()
        .removeTable(one.id)
        .then(() => tell(t("tables.removed", { name: one.name })), tellFailure);
      await refreshTables();
    }
  };
  const add = mayChange ? (
    <Button look="primary" onClick={() => setMaking(true)}>
      <Plus aria-hidden /> {t("tables.new")}
    </Button>
  ) : null;
  return (
    <Page title={t("tables.title")} text={t("tables.text")} actions={add}>
      {read.isPending ? <Loading lines={6} /> : null}
      {read.isError ? <Failure error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.data?.length === 0 ? (
        <Empty icon={<Table2 aria-hidden />} title={t("tables.none")} text={t("tables.noneText")}>
          {add}
        </Empty>
      ) : null}
      {read.data?.length ? (
        <Table data-state="full">
          <thead>
            <tr>
              <th scope="col">{t("common.name")}</th>
              <th scope="col">{t("tables.columns")}</th>
              <th scope="col">{t("tables.rows")}</th>
              <th scope="col">{t("tables.created")}</th>
              <th scope="col">
                <span className="visually-hidden">{t("common.more")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {read.data.map((one) => (
              <tr key={one.id}>
                <td>
                  <Link to="/tables/$table" params={{ table: one.id }} className={css.link}>
                    {one.name}
                  </Link>
                </td>
                <td>{one.columns.map((column) => column.name).join(", ")}</td>
                <td>{count(one.rows)}</td>
                <td>
                  <When ms={one.created_ms} ago />
                </td>
                <td className={css.deeds}>
                  {mayRemove ? (
                    <IconButton
                      label={t("tables.remove", { name: one.name })}
                      onClick={() => void remove(one)}
                    >
                      <Trash2 />
                    </IconButton>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      ) : null}
      {making ? (
        <TableDialog
          onSaved={({ id }) => void navigate({ to: "/tables/$table", params: { table: id } })}
          onClose={() => setMaking(false)}
        />
      ) : null}
    </Page>
  );
}
