import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Input, Select } from "~/ui";
import { KINDS, type Kind } from "./cells";
import css from "./tables.module.css";

export interface ColumnDraft {
  /** For the list alone. */
  readonly key: string;
  /** Empty: it is new. */
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
}

let made = 0;

export function newColumn(): ColumnDraft {
  made += 1;
  return { key: `new${made}`, id: "", name: "", kind: "text" };
}

interface Props {
  readonly columns: readonly ColumnDraft[];
  readonly onChange: (columns: readonly ColumnDraft[]) => void;
}

/** The columns of a table: named, ordered, added, taken away. The kind of one that there is stays. */
export function ColumnsForm({ columns, onChange }: Props) {
  const { t } = useTranslation();
  const set = (index: number, some: Partial<ColumnDraft>) =>
    onChange(columns.map((one, place) => (place === index ? { ...one, ...some } : one)));
  const swap = (index: number, other: number) => {
    const next = [...columns];
    const [one] = next.splice(index, 1);
    if (one) {
      next.splice(other, 0, one);
      onChange(next);
    }
  };
  return (
    <fieldset className={css.columns}>
      <legend>{t("tables.columns")}</legend>
      {columns.map((one, index) => (
        <div key={one.key} className={css.column}>
          <Input
            value={one.name}
            maxLength={100}
            aria-label={t("tables.columnName", { number: index + 1 })}
            placeholder={t("tables.columnHint")}
            onChange={(event) => set(index, { name: event.target.value })}
          />
          <Select
            value={one.kind}
            disabled={one.id !== ""}
            aria-label={t("tables.columnKind", { number: index + 1 })}
            onChange={(event) =>
              set(index, { kind: KINDS.find((kind) => kind === event.target.value) ?? "text" })
            }
          >
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`tables.kind_${kind}`)}
              </option>
            ))}
          </Select>
          <IconButton
            label={t("tables.columnUp", { name: one.name })}
            disabled={index === 0}
            onClick={() => swap(index, index - 1)}
          >
            <ArrowUp />
          </IconButton>
          <IconButton
            label={t("tables.columnDown", { name: one.name })}
            disabled={index === columns.length - 1}
            onClick={() => swap(index, index + 1)}
          >
            <ArrowDown />
          </IconButton>
          <IconButton
            label={t("tables.columnTake", { name: one.name })}
            disabled={columns.length === 1}
            onClick={() => onChange(columns.filter((_, place) => place !== index))}
          >
            <Trash2 />
          </IconButton>
        </div>
      ))}
      <Button onClick={() => onChange([...columns, newColumn()])}>
        <Plus aria-hidden /> {t("tables.columnAdd")}
      </Button>
    </fieldset>
  );
}
