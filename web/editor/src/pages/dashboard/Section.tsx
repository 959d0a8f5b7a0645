import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure, Loading } from "~/ui";
import css from "./dashboard.module.css";

interface Props<T> {
  readonly title: string;
  readonly text?: string;
  readonly actions?: ReactNode;
  readonly asked: UseQueryResult<readonly T[]>;
  /** What is said where there is nothing. */
  readonly nothing: string;
  readonly children: (found: readonly T[]) => ReactNode;
}

/** A list of the dashboard, in all its states. */
export function Section<T>({ title, text, actions, asked, nothing, children }: Props<T>) {
  return (
    <section className={css.section} aria-label={title}>
      <header className={css.cardHead}>
        <div>
          <h2>{title}</h2>
          {text ? <p className={css.note}>{text}</p> : null}
        </div>
        {asked.data?.length ? actions : null}
      </header>
      {asked.isPending ? <Loading lines={2} /> : null}
      {asked.isError ? <Failure error={asked.error} onRetry={() => void asked.refetch()} /> : null}
      {asked.data?.length === 0 ? <p className={css.nothing}>{nothing}</p> : null}
      {asked.data?.length ? children(asked.data) : null}
    </section>
  );
}
