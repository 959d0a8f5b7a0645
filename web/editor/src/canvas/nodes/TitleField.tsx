import { useEffect, useRef } from "react";
import css from "./nodes.module.css";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onDone: (value: string) => void;
  readonly onCancel: () => void;
}

/** A name that is changed where it stands: Enter or leaving it keeps it, Esc does not. */
export function TitleField({ label, value, onDone, onCancel }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const end = (act: () => void) => {
    if (!over.current) {
      over.current = true;
      act();
    }
  };
  return (
    <input
      ref={field}
      className={`${css.titleField} nodrag nopan`}
      aria-label={label}
      defaultValue={value}
      maxLength={200}
      onBlur={(event) => end(() => onDone(event.target.value.trim()))}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") {
          const { value: written } = event.currentTarget;
          end(() => onDone(written.trim()));
        }
        if (event.key === "Escape") {
          end(onCancel);
        }
      }}
    />
  );
}
