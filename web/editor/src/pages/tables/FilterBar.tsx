import { ListFilterPlus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Input, Select } from "~/ui";
import { COMPARISONS, type Column, type Condition, comparisonsOf } from "./cells";
import css from "./tables.module.css";

interface Props {
  readonly columns: readonly Column[];
  readonly conditions: readonly Condition[];
  readonly onChange: (conditions: readonly Condition[]) => void;
}

/** Which rows are shown: all conditions have to hold. */
export function FilterBar({ columns, conditions, onChange }: Props) {
  const { t } = useTranslation();
  const kindOf = (name: string) => columns.find((one) => one.name === name)?.kind ?? "text";
  const set = (index: number, some: Partial<Condition>) =>
    onChange(conditions.map((one, place) => (place === index ? { ...one, ...some } : one)));
  const add = () => {
    const [first] = columns;
    const [comparison = "eq"] = comparisonsOf(first?.kind ?? "text");
    onChange([...conditions, { column: first?.name ?? "", comparison, value: "" }]);
  };
  return (
    <search className={css.filters}>
      {conditions.map(({ column, comparison, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions are known by their place
        <div key={index} className={css.condition}>
          <Select
            aria-label={t("tables.filterColumn")}
            value={column}
            onChange={({ target }) => {
              const [first = "eq"] = comparisonsOf(kindOf(target.value));
              const stays = comparisonsOf(kindOf(target.value)).includes(comparison);
              set(index, { column: target.value, comparison: stays ? comparison : first });
            }}
          >
            {columns.map((one) => (
              <option key={one.id}>{one.name}</option>
            ))}
          </Select>
          <Select
            aria-label={t("tables.filterHow")}
            value={comparison}
            onChange={({ target }) =>
              set(index, { comparison: COMPARISONS.find((one) => one === target.value) ?? "eq" })
            }
          >
            {comparisonsOf(kindOf(column)).map((one) => (
              <option key={one} value={one}>
                {t(`tables.is_${one}`)}
              </option>
            ))}
          </Select>
          {comparison === "empty" || comparison === "full" ? null : (
            <Input
              aria-label={t("tables.filterValue")}
              value={value}
              onChange={(event) => set(index, { value: event.target.value })}
            />
          )}
          <IconButton
            label={t("tables.filterTake")}
            onClick={() => onChange(conditions.filter((_, place) => place !== index))}
          >
            <X />
          </IconButton>
        </div>
      ))}
      <Button onClick={add} disabled={conditions.length >= 20}>
        <ListFilterPlus aria-hidden /> {t("tables.filterAdd")}
      </Button>
    </search>
  );
}
