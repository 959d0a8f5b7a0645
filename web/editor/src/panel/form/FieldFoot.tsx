import { CircleAlert, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { inLine } from "~/data/kinds";
import { sizeOf } from "~/data/sizes";
import { Coded } from "~/ui";
import { useForm } from "./Form";
import type { Field } from "./fields";
import css from "./form.module.css";

interface Props {
  readonly field: Field;
  readonly place: string;
  readonly asExpression: boolean;
  readonly id: string;
}

/** Below a field: what its expression gives, what is wrong with it, what it is for. */
export function FieldFoot({ field, place, asExpression, id }: Props) {
  const form = useForm();
  const wrong = form.wrongAt(place);
  const hint = field.hint || field.description;
  return (
    <>
      {asExpression ? <Gives place={place} /> : null}
      {wrong ? (
        <p id={`${id}-wrong`} className={wrong.level === "warning" ? css.warning : css.wrong}>
          {wrong.level === "warning" ? (
            <TriangleAlert size={14} aria-hidden />
          ) : (
            <CircleAlert size={14} aria-hidden />
          )}
          <span>
            <Coded text={[sentence(wrong.message), wrong.fix].filter(Boolean).join(" ")} />
          </span>
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className={css.hint}>
          <Coded text={hint} />
        </p>
      ) : null}
    </>
  );
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** What an expression gives for the item that is looked at. */
export function Gives({ place }: { readonly place: string }) {
  const { t } = useTranslation();
  const shown = useForm().shownAt(place);
  if (!shown) {
    return null;
  }
  if (shown.error) {
    const { message, hint } = shown.error;
    return (
      <p className={css.givesNot} role="status">
        <Coded text={[sentence(message), hint].filter(Boolean).join(" ")} />
      </p>
    );
  }
  const text = shown.too_large
    ? t("panel.tooLarge", { size: sizeOf(shown.too_large) })
    : inLine(shown.value, 400);
  return (
    <p className={css.gives} role="status">
      <span className="visually-hidden">{t("panel.gives")}</span>
      <span aria-hidden>→ </span>
      {text === "" ? <em>{t("panel.emptyText")}</em> : text}
    </p>
  );
}
