import { useId } from "react";
import { Copy } from "./Copy";
import css from "./ui.module.css";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
}

/** A text that is shown this once: to be copied, and not changed. */
export function Once({ label, value, hint }: Props) {
  const id = useId();
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      <div className={css.once}>
        <input
          id={id}
          className={css.input}
          readOnly
          value={value}
          onFocus={(event) => event.target.select()}
          {...(hint ? { "aria-describedby": `${id}-hint` } : {})}
        />
        <Copy text={value} />
      </div>
      {hint ? (
        <span id={`${id}-hint`} className={css.note}>
          {hint}
        </span>
      ) : null}
    </div>
  );
}
