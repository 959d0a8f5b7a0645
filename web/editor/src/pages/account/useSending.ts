import { type FormEvent, useState } from "react";
import { said, type Told } from "~/ui";

export interface Sending {
  readonly busy: boolean;
  /** What the server said against it; null: nothing. */
  readonly told: Told | null;
  readonly error: unknown;
  /** Of a field of the request. */
  wrong(field: string): string | undefined;
  readonly onSubmit: (event: FormEvent) => void;
}

/** Send a form, once at a time, and keep what was said against it. */
export function useSending(send: () => Promise<void>): Sending {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const told = error === null ? null : said(error);
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      await send();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    told,
    error,
    wrong: (field) => (told && fieldOf(told) === field ? told.message : undefined),
    onSubmit: (event) => {
      event.preventDefault();
      void act();
    },
  };
}

/** `body.password` and `password` are the same field of a form. */
export function fieldOf(told: Told): string {
  return told.field.replace(/^body\./, "");
}
