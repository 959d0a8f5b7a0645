import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { Input, Select, TextArea } from "~/ui";
import type { Kind } from "./cells";

interface Props extends Omit<ComponentProps<"input">, "value" | "onChange" | "type"> {
  readonly kind: Kind;
  readonly value: string;
  /** Several lines are shown, and can be written. */
  readonly tall?: boolean;
  readonly onChange: (text: string) => void;
}

/** Takes what is typed for a cell, as the kind of its column wants it. */
export function CellField({ kind, value, tall = false, onChange, ...rest }: Props) {
  const { t } = useTranslation();
  if (kind === "boolean") {
    const { id, autoFocus, onKeyDown, onBlur } = rest;
    const asked = { id, autoFocus, "aria-label": rest["aria-label"] };
    return (
      <Select
        {...asked}
        value={value}
        onKeyDown={onKeyDown as ComponentProps<"select">["onKeyDown"]}
        onBlur={onBlur as ComponentProps<"select">["onBlur"]}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">{t("tables.empty")}</option>
        <option value="true">{t("common.yes")}</option>
        <option value="false">{t("common.no")}</option>
      </Select>
    );
  }
  if (tall) {
    const { id, autoFocus, onKeyDown, onBlur } = rest;
    return (
      <TextArea
        id={id}
        autoFocus={autoFocus}
        aria-label={rest["aria-label"]}
        aria-describedby={rest["aria-describedby"]}
        aria-invalid={rest["aria-invalid"]}
        rows={3}
        value={value}
        spellCheck={kind === "text"}
        onKeyDown={onKeyDown as ComponentProps<"textarea">["onKeyDown"]}
        onBlur={onBlur as ComponentProps<"textarea">["onBlur"]}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <Input
      {...rest}
      value={value}
      inputMode={kind === "number" ? "decimal" : undefined}
      placeholder={kind === "date" ? "2026-03-01" : kind === "json" ? "{ }" : undefined}
      spellCheck={kind === "text"}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
