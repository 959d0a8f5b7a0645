/** Components in tests: shown with the words and the frame that they have in the product. */

import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { ReactElement, ReactNode } from "react";
import { afterEach, beforeAll } from "vitest";
import { cache } from "~/api/queries";
import { beginSpeaking } from "~/i18n";
import { type Bundle, learn } from "~/i18n/words";
import { TipProvider } from "~/ui";

/** Speak English with these bundles of words, and take away after each test what it showed. */
export function speaking(...bundles: readonly Bundle[]): void {
  beforeAll(async () => {
    await beginSpeaking();
    await learn(...bundles);
  });
  afterEach(() => {
    cleanup();
    cache.clear();
  });
}

function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <QueryClientProvider client={cache}>
      <TipProvider>{children}</TipProvider>
    </QueryClientProvider>
  );
}

/** Show something, and come back with somebody who uses it. */
export function show(what: ReactElement) {
  const user = userEvent.setup();
  return { user, ...render(what, { wrapper: Frame }) };
}
