import { Refused } from "@penstock/client";
import { FileUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { Button, Check, Dialog, Failure, Field, Select, Table, tell } from "~/ui";
import { type DataTable, refreshTable } from "./rows";
import css from "./tables.module.css";

const DELIMITERS = ["comma", "semicolon", "tab", "pipe"] as const;
type Delimiter = (typeof DELIMITERS)[number];

interface Props {
  readonly table: DataTable;
  readonly onClose: () => void;
}

/** The mistakes that a refusal lists. */
export function mistakesIn(findings: readonly unknown[]): readonly models.CsvMistake[] {
  return findings.filter(isMistake);
}

function isMistake(one: unknown): one is models.CsvMistake {
  return (
    typeof one === "object" &&
    one !== null &&
    "line" in one &&
    "message" in one &&
    typeof one.message === "string"
  );
}

/** Adds the rows of a file, and tells line by line what is wrong with it. */
export function CsvDialog({ table, onClose }: Props) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [delimiter, setDelimiter] = useState<Delimiter>("comma");
  const [skip, setSkip] = useState(false);
  const [columns, setColumns] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [mistakes, setMistakes] = useState<readonly models.CsvMistake[]>([]);
  const read = async () => {
    if (!file) {
      return;
    }
    setBusy(true);
    setError(null);
    setMistakes([]);
    try {
      const options = { delimiter, skip_wrong: skip, add_columns: columns };
      const body = new Uint8Array(await file.arrayBuffer());
      const done = await api().importRows(table.id, body, options);
      tell(t("tables.csvAdded", { count: done.added }));
      await refreshTable(table.id);
      if (done.wrong === 0) {
        onClose();
        return;
      }
      setMistakes(done.mistakes);
    } catch (refused) {
      setError(refused);
      setMistakes(refused instanceof Refused ? mistakesIn(refused.problem.findings) : []);
    }
    setBusy(false);
  };
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.close")}</Button>
      <Button look="primary" busy={busy} disabled={!file} onClick={() => void read()}>
        {t("tables.csvRead")}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      wide
      title={t("tables.csvTitle", { name: table.name })}
      text={t("tables.csvText")}
      onClose={onClose}
      foot={foot}
    >
      <label className={css.drop}>
        <FileUp aria-hidden />
        <strong>{file ? file.name : t("tables.csvFile")}</strong>
        <input
          type="file"
          className="visually-hidden"
          accept=".csv,.tsv,.txt,text/csv"
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
      </label>
      <Field label={t("tables.delimiter")}>
        <Select
          value={delimiter}
          onChange={({ target }) =>
            setDelimiter(DELIMITERS.find((one) => one === target.value) ?? "comma")
          }
        >
          {DELIMITERS.map((one) => (
            <option key={one} value={one}>
              {t(`tables.delimiter_${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Check
        label={t("tables.csvSkip")}
        checked={skip}
        onChange={(event) => setSkip(event.target.checked)}
      />
      <Check
        label={t("tables.csvColumns")}
        checked={columns}
        onChange={(event) => setColumns(event.target.checked)}
      />
      {error && mistakes.length === 0 ? <Failure error={error} /> : null}
      {mistakes.length ? (
        <p className={css.mistakes} role="alert">
          {t(error ? "tables.csvNothing" : "tables.csvSkipped")}
        </p>
      ) : null}
      {mistakes.length ? (
        <Table aria-label={t("tables.mistakes")}>
          <thead>
            <tr>
              <th scope="col">{t("tables.line")}</th>
              <th scope="col">{t("tables.column")}</th>
              <th scope="col">{t("tables.mistake")}</th>
            </tr>
          </thead>
          <tbody>
            {mistakes.map((one) => (
              <tr key={`${one.line}${one.column}${one.message}`}>
                <td>{one.line}</td>
                <td>{one.column}</td>
                <td>{one.message}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      ) : null}
    </Dialog>
  );
}
