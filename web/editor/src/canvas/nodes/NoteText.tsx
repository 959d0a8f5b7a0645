import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import css from "./nodes.module.css";

interface Props {
  readonly value: string;
  readonly onDone: (text: string) => void;
}

/** The text of a note while somebody writes it. Leaving it or Esc keeps what was written. */
export function NoteText({ value, onDone }: Props) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <textarea
      ref={field}
      className={`${css.noteField} nodrag nopan nowheel`}
      aria-label={t("canvas.noteText")}
      defaultValue={value}
      maxLength={50_000}
      onBlur={(event) => onDone(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
          event.currentTarget.blur();
        }
      }}
    />
  );
}
