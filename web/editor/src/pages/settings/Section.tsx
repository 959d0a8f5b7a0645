import type { ReactNode } from "react";
import css from "./settings.module.css";

interface Props {
  readonly title: string;
  readonly text?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** The first of a screen has its heading. */
  readonly first?: boolean;
}

/** Settings that belong together. */
export function Section({ title, text, actions, children, first = false }: Props) {
  return (
    <section className={css.section}>
      <header className={css.head}>
        <div>
          {first ? <h1>{title}</h1> : <h2>{title}</h2>}
          {text ? <p className={css.note}>{text}</p> : null}
        </div>
        {actions ? <div className={css.actions}>{actions}</div> : null}
      </header>
      {children}
    </section>
  );
}
