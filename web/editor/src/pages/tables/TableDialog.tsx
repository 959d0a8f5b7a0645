import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Button, confirm, Dialog, Field, Input, said } from "~/ui";
import { type ColumnDraft, ColumnsForm, newColumn } from "./ColumnsForm";
import { type DataTable, refreshTable, refreshTables } from "./rows";

interface Props {
  /** Left out: a new one. */
  readonly table?: DataTable;
  readonly onSaved: (table: DataTable) => void;
  readonly onClose: () => void;
}

const FORM = "table-form";

/** The name and the columns of a table. */
export function TableDialog({ table, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState(table?.name ?? "");
  const [columns, setColumns] = useState<readonly ColumnDraft[]>(
    () => table?.columns.map((one) => ({ ...one, key: one.id })) ?? [newColumn()],
  );
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    const given = columns
      .filter((one) => one.name.trim() || one.id)
      .map(({ id, name: word, kind }) => ({ name: word.trim(), kind, ...(id ? { id } : {}) }));
    const gone = (table?.columns ?? []).filter((one) => !columns.some(({ id }) => id === one.id));
    if (gone.length && !(await agreed(gone.map((one) => one.name)))) {
      return;
    }
    setBusy(true);
    try {
      const body = { name: name.trim(), columns: given };
      const saved = await (table ? api().changeTable(table.id, body) : api().addTable(body));
      await Promise.all([refreshTables(), refreshTable(saved.id)]);
      onSaved(saved);
      onClose();
    } catch (error) {
      const { message, hint } = said(error);
      setWrong(`${message} ${hint}`);
      setBusy(false);
    }
  };
  const agreed = (names: readonly string[]) =>
    confirm({
      title: t("tables.columnsGone", { count: names.length, name: names.join(", ") }),
      text: t("tables.columnsGoneText"),
      deed: t("tables.columnsGoneDeed"),
      danger: true,
    });
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" type="submit" form={FORM} busy={busy} disabled={!name.trim()}>
        {t(table ? "common.save" : "common.create")}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      wide
      title={table ? t("tables.change", { name: table.name }) : t("tables.new")}
      onClose={onClose}
      foot={foot}
    >
      <form
        id={FORM}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t("common.name")} wrong={wrong}>
          <Input
            value={name}
            maxLength={100}
            autoFocus={!table}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <ColumnsForm columns={columns} onChange={setColumns} />
      </form>
    </Dialog>
  );
}
