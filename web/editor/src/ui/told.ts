/** Short messages at the edge of the page. */

import { create } from "zustand";
import { said } from "./State";

export interface Message {
  readonly text: string;
  /** More about it: the way out of a failure. */
  readonly hint?: string;
  readonly kind: "done" | "failed" | "plain";
  /** It takes the place of one before with the same name. */
  readonly id?: string;
  /** How long it can be read. */
  readonly ms?: number;
}

/** Messages that nobody has shown yet. What shows them is loaded with the first. */
export const useTold = create<{ readonly waiting: readonly Message[] }>()(() => ({ waiting: [] }));

/** Something that somebody should know, whatever he is doing. */
export function say(message: Message): void {
  useTold.setState(({ waiting }) => ({ waiting: [...waiting, message] }));
}

/** That something was done. */
export function tell(text: string): void {
  say({ text, kind: "done" });
}

/** That something was not done, with the way out. */
export function tellFailure(error: unknown): void {
  const { message, hint } = said(error);
  say({ text: message, hint, kind: "failed", ms: 10_000 });
}
