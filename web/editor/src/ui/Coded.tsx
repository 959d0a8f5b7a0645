import type { ReactNode } from "react";

/** A sentence in which what stands between backticks is code, as descriptions are written. */
export function Coded({ text }: { readonly text: string }): ReactNode {
  const parts = text.split(/`([^`]+)`/);
  return parts.map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of a sentence have nothing but their place
    at % 2 === 1 ? <code key={at}>{part}</code> : part,
  );
}
