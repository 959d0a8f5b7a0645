import {
  cloneElement,
  type InputHTMLAttributes,
  type ReactElement,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import css from "./ui.module.css";

interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with it; empty: nothing. */
  readonly wrong?: string | undefined;
  /** An input, select or textarea. */
  readonly children: ReactElement<Record<string, unknown>>;
}

/** Something to fill in, with its name, its hint and what is wrong with it. */
export function Field({ label, hint, wrong, children }: Props) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""]
    .filter(Boolean)
    .join(" ");
  const given = {
    id,
    "aria-describedby": described || undefined,
    "aria-invalid": wrong ? true : undefined,
  };
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      {cloneElement(children, given)}
      {hint ? (
        <span id={`${id}-hint`} className={css.note}>
          {hint}
        </span>
      ) : null}
      {wrong ? (
        <span id={`${id}-wrong`} className={css.wrong} role="alert">
          {wrong}
        </span>
      ) : null}
    </div>
  );
}

export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement>) {
  return <input className={`${css.input} ${className ?? ""}`} {...rest} />;
}

export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea className={`${css.area} ${className ?? ""}`} {...rest} />;
}

export function Select({ className, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return <select className={`${css.select} ${className ?? ""}`} {...rest} />;
}

interface CheckProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
}

export function Check({ label, ...rest }: CheckProps) {
  return (
    <label className={css.check}>
      <input type="checkbox" {...rest} />
      {label}
    </label>
  );
}
