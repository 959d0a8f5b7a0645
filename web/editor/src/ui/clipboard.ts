/** Put a text into the clipboard, also where a page without TLS is not given one. */

import i18next from "i18next";

/** Fails in words that a person understands. */
export async function toClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copied(text)) {
      throw new Error(i18next.t("common.notCopied"));
    }
  }
}

/** As browsers copied before there was a clipboard to ask for. */
function copied(text: string): boolean {
  let given = false;
  const give = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
    given = event.clipboardData !== null;
  };
  document.addEventListener("copy", give, { capture: true, once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", give, { capture: true });
  return done && given;
}
