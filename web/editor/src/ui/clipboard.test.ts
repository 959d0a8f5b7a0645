// @vitest-environment happy-dom

import { afterEach, expect, test, vi } from "vitest";
import { toClipboard } from "./clipboard";

afterEach(() => vi.unstubAllGlobals());

test("a text is copied where the browser has no clipboard to ask for", async () => {
  vi.stubGlobal("navigator", {});
  let text = "";
  document.execCommand = () => {
    const event = new Event("copy") as ClipboardEvent;
    const clipboardData = { setData: (_: string, given: string) => (text = given) };
    document.dispatchEvent(Object.assign(event, { clipboardData }));
    return true;
  };
  await toClipboard("penstock");
  expect(text).toBe("penstock");
});

test("what cannot be copied is told, not swallowed", async () => {
  vi.stubGlobal("navigator", {});
  document.execCommand = () => false;
  await expect(toClipboard("penstock")).rejects.toThrow();
});
