/** What a screen shows when it has nothing, not yet, or not at all. */

import { NotUnderstood, Refused, Unreachable } from "@penstock/client";
import i18next from "i18next";
import { CircleAlert, Inbox } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import css from "./ui.module.css";

interface EmptyProps {
  readonly title: string;
  readonly text?: string;
  readonly icon?: ReactNode;
  /** It is all that the screen has: its title is the screen's heading. */
  readonly alone?: boolean;
  /** The way out: a button or a link. */
  readonly children?: ReactNode;
}

export function Empty({ title, text, icon, alone = false, children }: EmptyProps) {
  return (
    <div className={css.state} data-state="empty">
      {icon ?? <Inbox aria-hidden />}
      {alone ? <h1>{title}</h1> : <h2>{title}</h2>}
      {text ? <p>{text}</p> : null}
      {children}
    </div>
  );
}

/** Lines in the place of what is to come. */
export function Loading({ lines = 5 }: { readonly lines?: number }) {
  const { t } = useTranslation();
  return (
    <div
      className={css.skeletons}
      role="status"
      aria-label={t("common.loading")}
      data-state="loading"
    >
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={line} className={css.skeleton} style={{ width: `${95 - ((line * 17) % 45)}%` }} />
      ))}
    </div>
  );
}

interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** What happened, what to do, and under which code somebody finds more. */
export function Failure({ error, onRetry }: FailureProps) {
  const { t } = useTranslation();
  const told = said(error);
  return (
    <div className={css.failure} role="alert" data-state="error">
      <strong>
        <CircleAlert size={16} aria-hidden /> {told.message || t("common.failed")}
      </strong>
      {told.hint ? <span>{told.hint}</span> : null}
      {told.code ? <code className={css.note}>{told.code}</code> : null}
      {onRetry ? <Button onClick={onRetry}>{t("common.retry")}</Button> : null}
    </div>
  );
}

/** Why the page itself does not do something, with what is to be done first. */
export class Hindered extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

export interface Told {
  readonly message: string;
  readonly hint: string;
  readonly code: string;
  readonly field: string;
}

/** What an error says to a person. */
export function said(error: unknown): Told {
  if (error instanceof Refused) {
    const { detail, title, hint, code, field } = error.problem;
    return { message: detail || title, hint, code, field };
  }
  if (error instanceof Unreachable || error instanceof NotUnderstood) {
    const message = i18next.t("common.away");
    return { message, hint: i18next.t("common.awayHint"), code: "", field: "" };
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof Hindered ? error.hint : "";
  return { message, hint, code: "", field: "" };
}
