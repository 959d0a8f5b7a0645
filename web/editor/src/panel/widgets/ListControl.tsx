import { ArrowDown, ArrowUp, Copy, Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "~/ui";
import { FormProvider, useForm } from "../form/Form";
import { recordOf } from "../form/fields";
import css from "../form/form.module.css";
import { SchemaForm } from "../form/SchemaForm";
import { useWithin } from "../form/within";
import type { ControlProps } from "./Control";

/** Rows with the same fields, in an order that means something. */
export function ListControl(props: ControlProps) {
  const { field, value, path, scope } = props;
  const { t } = useTranslation();
  const form = useForm();
  const within = useWithin(props);
  const given = value ?? field.initial;
  const rows: readonly unknown[] = Array.isArray(given) ? given : [];
  const set = (after: readonly unknown[]) => form.set(path, after);
  const swap = (index: number, other: number) =>
    set(rows.map((row, at) => (at === index ? rows[other] : at === other ? rows[index] : row)));
  return (
    <div className={css.rows}>
      {rows.map((row, index) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out so
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are known by their place
          key={index}
          className={css.row}
          role="group"
          aria-label={t("panel.rowOf", { name: field.title, number: index + 1 })}
        >
          <div className={css.rowFields}>
            <FormProvider value={within}>
              <SchemaForm
                flat
                fields={field.fields}
                values={recordOf(row)}
                path={[...path, index]}
                outer={scope}
              />
            </FormProvider>
          </div>
          {form.readOnly ? null : (
            <div className={css.rowTools}>
              <RowButton
                label={t("panel.rowUp")}
                off={index === 0}
                act={() => swap(index, index - 1)}
              >
                <ArrowUp aria-hidden />
              </RowButton>
              <RowButton
                label={t("panel.rowDown")}
                off={index === rows.length - 1}
                act={() => swap(index, index + 1)}
              >
                <ArrowDown aria-hidden />
              </RowButton>
              <RowButton
                label={t("common.duplicate")}
                act={() => set([...rows.slice(0, index + 1), row, ...rows.slice(index + 1)])}
              >
                <Copy aria-hidden />
              </RowButton>
              <RowButton
                label={t("panel.rowRemove", { number: index + 1 })}
                act={() => set(rows.filter((_, at) => at !== index))}
              >
                <Trash2 aria-hidden />
              </RowButton>
            </div>
          )}
        </div>
      ))}
      {form.readOnly ? null : (
        <Button
          aria-label={t("panel.addTo", { name: field.title })}
          onClick={() => set([...rows, {}])}
        >
          <Plus aria-hidden /> {t("common.add")}
        </Button>
      )}
    </div>
  );
}

interface RowButtonProps {
  readonly label: string;
  readonly off?: boolean;
  readonly act: () => void;
  readonly children: React.ReactNode;
}

function RowButton({ label, off = false, act, children }: RowButtonProps) {
  return (
    <IconButton className={css.tiny ?? ""} label={label} disabled={off} onClick={act}>
      {children}
    </IconButton>
  );
}
