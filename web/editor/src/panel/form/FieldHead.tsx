import { RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { asFixed, asTemplate } from "~/model/expression";
import { IconButton } from "~/ui";
import { HAS_INPUT } from "../widgets/Control";
import { useForm } from "./Form";
import type { FieldProps } from "./FormField";
import css from "./form.module.css";
import { looseText } from "./loose";
import { isDefault } from "./shown";

interface Props extends FieldProps {
  readonly id: string;
  readonly asExpression: boolean;
}

/** The name of a field, and whether it is fixed or an expression. */
export function FieldHead({ field, value, path, id, asExpression }: Props) {
  const { t } = useTranslation();
  const form = useForm();
  const title = (
    <>
      {field.title}
      {field.required ? (
        <span className={css.required} title={t("panel.required")}>
          <span aria-hidden>*</span>
          <span className="visually-hidden">{t("panel.required")}</span>
        </span>
      ) : null}
    </>
  );
  const isSet = value !== undefined && !isDefault(field, value);
  return (
    <div className={css.fieldHead}>
      {HAS_INPUT.has(field.widget) || asExpression ? (
        <label id={`${id}-label`} htmlFor={id}>
          {title}
        </label>
      ) : (
        <span id={`${id}-label`} className={css.legend}>
          {title}
        </span>
      )}
      {form.readOnly ? null : (
        <span className={css.fieldTools}>
          {isSet && field.widget !== "credential" ? (
            <IconButton
              className={css.tiny ?? ""}
              label={t("panel.reset", { name: field.title })}
              onClick={() => form.set(path, undefined)}
            >
              <RotateCcw aria-hidden />
            </IconButton>
          ) : null}
          {field.expression ? (
            <Toggle
              name={field.title}
              asExpression={asExpression}
              onChoose={(wanted) => form.set(path, wanted ? toExpression(value) : toFixed(value))}
            />
          ) : null}
        </span>
      )}
    </div>
  );
}

interface ToggleProps {
  readonly name: string;
  readonly asExpression: boolean;
  readonly onChoose: (asExpression: boolean) => void;
}

function Toggle({ name, asExpression, onChoose }: ToggleProps) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form
    <span className={css.toggle} role="group" aria-label={t("panel.kindOf", { name })}>
      {[false, true].map((wanted) => (
        <button
          key={String(wanted)}
          type="button"
          aria-pressed={asExpression === wanted}
          onClick={() => asExpression !== wanted && onChoose(wanted)}
        >
          {t(wanted ? "panel.expression" : "panel.fixed")}
        </button>
      ))}
    </span>
  );
}

function toExpression(value: unknown): string {
  if (value === undefined || value === null || value === "") {
    return "=";
  }
  return typeof value === "string" ? asTemplate(value) : `={{ ${looseText(value)} }}`;
}

/** An expression is not thrown away by a wrong click: undo brings it back. */
function toFixed(value: unknown): unknown {
  const fixed = typeof value === "string" ? asFixed(value) : undefined;
  return fixed === "" || fixed === null ? undefined : fixed;
}
