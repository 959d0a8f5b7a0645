/** What is done with the text that the server has waits until that is the text on the screen. */

import i18next from "i18next";
import { flush } from "~/editing/session";
import { type Saving, useEditing } from "~/editing/store";
import { Hindered, said } from "~/ui";

const saving = (): Saving => useEditing.getState().saving;

/**
 * Save what is not saved.
 *
 * @throws Hindered where the server still has another text than the screen.
 */
export async function saveFirst(): Promise<void> {
  await flush();
  if (saving() === "dirty") {
    // Comments of somebody else were taken in, and the text with them is to be saved once more.
    await flush();
  }
  if (saving() !== "saved") {
    throw new Hindered(i18next.t("canvas.notSaved"), hint());
  }
}

function hint(): string {
  const { saving, failure } = useEditing.getState();
  if (saving === "conflict") {
    return i18next.t("canvas.notSavedConflict");
  }
  if (saving === "failed") {
    return i18next.t("canvas.notSavedFailed", { why: said(failure).message });
  }
  return i18next.t("canvas.notSavedDirty");
}
