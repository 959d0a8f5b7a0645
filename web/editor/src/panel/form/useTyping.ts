import { useState } from "react";

interface Typing {
  /** What is typed; null: the value is shown as it is written. */
  readonly text: string | null;
  /** Somebody typed a text, and this is the value now. */
  readonly type: (text: string, value: unknown) => void;
  readonly end: () => void;
}

/**
 * A text that is being typed and need not say its value in the same words.
 *
 * It counts for as long as the value is what came of it: undo, another row in this place, or
 * somebody else's change show what is there.
 */
export function useTyping(value: unknown): Typing {
  const [typed, setTyped] = useState<{ text: string; came: string } | null>(null);
  return {
    text: typed && typed.came === written(value) ? typed.text : null,
    type: (text, now) => setTyped({ text, came: written(now) }),
    end: () => setTyped(null),
  };
}

function written(value: unknown): string {
  return JSON.stringify(value) ?? "";
}
