import { type ReactNode, useEffect } from "react";
import css from "./ui.module.css";

interface Props {
  readonly title: string;
  readonly text?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A screen that is not the canvas: its heading, what can be done, and the rest. */
export function Page({ title, text, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Penstock`;
  }, [title]);
  return (
    <main className={css.page} id="content" tabIndex={-1}>
      <header className={css.pageHead}>
        <div>
          <h1>{title}</h1>
          {text ? <p className={css.note}>{text}</p> : null}
        </div>
        {actions ? <div className={css.pageActions}>{actions}</div> : null}
      </header>
      {children}
    </main>
  );
}
