import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Button, Dialog, Failure, Field } from "~/ui";
import { CellField } from "./CellField";
import { read, typed } from "./cells";
import { type DataTable, type Row, refreshTable, replaceRow } from "./rows";

interface Props {
  readonly table: DataTable;
  /** Left out: a new one. */
  readonly row?: Row;
  readonly onClose: () => void;
}

const FORM = "row-form";

/** All cells of a row. */
export function RowDialog({ table, row, onClose }: Props) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      table.columns.map(({ name, kind }) => [name, typed(kind, row?.cells[name])]),
    ),
  );
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    const found: [string, string][] = [];
    const cells: Record<string, unknown> = {};
    for (const { name, kind } of table.columns) {
      const text = texts[name] ?? "";
      if (row && text === typed(kind, row.cells[name])) {
        // What nobody touched stays as it is by now, and as exact as it is.
        continue;
      }
      const done = read(kind, text);
      if ("wrong" in done) {
        found.push([name, t(`tables.wrong_${done.wrong}`)]);
      } else {
        cells[name] = done.value;
      }
    }
    setWrong(Object.fromEntries(found));
    if (found.length) {
      return;
    }
    if (row && Object.keys(cells).length === 0) {
      onClose();
      return;
    }
    setBusy(true);
    try {
      if (row) {
        replaceRow(table.id, await api().changeRow(table.id, row.id, { cells }));
      } else {
        await api().addRows(table.id, { rows: [cells] });
        await refreshTable(table.id);
      }
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" type="submit" form={FORM} busy={busy}>
        {t(row ? "common.save" : "common.add")}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      title={row ? t("tables.rowChange", { id: row.id }) : t("tables.rowAdd")}
      onClose={onClose}
      foot={foot}
    >
      {error ? <Failure error={error} /> : null}
      <form
        id={FORM}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {table.columns.map(({ id, name, kind }, index) => (
          <Field key={id} label={name} wrong={wrong[name]} hint={t(`tables.kind_${kind}`)}>
            <CellField
              kind={kind}
              tall={kind === "text"}
              value={texts[name] ?? ""}
              autoFocus={index === 0}
              onChange={(text) => setTexts({ ...texts, [name]: text })}
            />
          </Field>
        ))}
      </form>
    </Dialog>
  );
}
