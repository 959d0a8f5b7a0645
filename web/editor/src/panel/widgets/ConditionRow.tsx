import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { fieldPath, type Path } from "~/model/expression";
import { IconButton, Select } from "~/ui";
import type { Condition } from "../form/conditions";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import { looseText } from "../form/loose";
import {
  comparesWith,
  OPERATIONS,
  operationFor,
  retyped,
  TYPES,
  typed,
  typeOf,
  type ValueType,
} from "../form/operators";
import { ValueInput } from "./ValueInput";

interface Props {
  readonly condition: Condition;
  readonly number: number;
  readonly path: Path;
  readonly onChange: (after: Condition) => void;
  readonly onRemove: () => void;
}

/** One comparison: a value, what is asked of it, and what it is compared with. */
export function ConditionRow({ condition, number, path, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const form = useForm();
  const { type, operation } = condition.operator;
  const wrong =
    form.wrongAt(`${fieldPath(path)}.operator.operation`) ??
    form.wrongAt(`${fieldPath(path)}.operator.type`);
  const ask = (nextType: ValueType, nextOperation: string) => {
    const operator = { type: nextType, operation: operationFor(nextType, nextOperation) };
    const { right: before = "", ...rest } = condition;
    const right = retyped(before, nextType, operator.operation);
    onChange(
      comparesWith(operator.operation) ? { ...rest, operator, right } : { ...rest, operator },
    );
  };
  const known: readonly string[] = OPERATIONS[type];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out so
    <div className={css.condition} role="group" aria-label={t("panel.conditions.one", { number })}>
      <ValueInput
        label={t("panel.conditions.left", { number })}
        placeholder={t("panel.conditions.leftHint")}
        value={condition.left}
        path={[...path, "left"]}
        onSet={(left) => onChange({ ...condition, left })}
      />
      <div className={css.operator}>
        <Select
          aria-label={t("panel.conditions.type")}
          value={type}
          disabled={form.readOnly}
          onChange={(event) => ask(typeOf(event.target.value), operation)}
        >
          {TYPES.map((one) => (
            <option key={one} value={one}>
              {t(`panel.conditions.types.${one}`)}
            </option>
          ))}
        </Select>
        <Select
          aria-label={t("panel.conditions.operation")}
          aria-invalid={wrong ? true : undefined}
          value={operation}
          disabled={form.readOnly}
          onChange={(event) => ask(type, event.target.value)}
        >
          {known.includes(operation) ? null : <option value={operation}>{operation}</option>}
          {known.map((one) => (
            <option key={one} value={one}>
              {t(`panel.conditions.operations.${one}`)}
            </option>
          ))}
        </Select>
        {form.readOnly ? null : (
          <IconButton
            className={css.tiny ?? ""}
            label={t("panel.conditions.remove", { number })}
            onClick={onRemove}
          >
            <Trash2 aria-hidden />
          </IconButton>
        )}
      </div>
      {wrong ? <p className={css.wrong}>{wrong.message}</p> : null}
      {comparesWith(operation) ? (
        <ValueInput
          label={t("panel.conditions.right", { number })}
          placeholder={t("panel.value")}
          value={condition.right}
          path={[...path, "right"]}
          onSet={(right) => onChange({ ...condition, right })}
          read={(text) => typed(text, type, operation)}
          write={(value) => (typeof value === "string" ? value : looseText(value))}
        />
      ) : null}
    </div>
  );
}
