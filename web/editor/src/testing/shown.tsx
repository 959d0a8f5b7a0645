/** Components in tests: shown with the words and the frame that they have in the product. */

import { cleanup, render } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { ReactElement } from "react";
import { afterEach, beforeAll } from "vitest";
import { beginSpeaking } from "~/i18n";
import { type Bundle, learn } from "~/i18n/words";
import { TipProvider } from "~/ui";

/** Speak English with these bundles of words, and take away after each test what it showed. */
export function speaking(...bundles: readonly Bundle[]): void {
  beforeAll(async () => {
    await beginSpeaking();
    await learn(...bundles);
  });
  afterEach(cleanup);
}

/** Show something, and come back with somebody who uses it. */
export function show(what: ReactElement) {
  const user = userEvent.setup();
  return { user, ...render(what, { wrapper: TipProvider }) };
}
