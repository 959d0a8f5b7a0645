/**
 * Copying and pasting. The keys come as the browser's own events, which may use the clipboard
 * everywhere; from a menu it is asked for, which only works where the page is served safely.
 */

import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { staysOpen, useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { copyText, cutOut } from "~/model/clipboard";
import type { Document, Point } from "~/model/document";
import { tell } from "~/ui/told";
import { useAskedPaste } from "../paste/PasteDialog";
import { keepCopied, lastCopied } from "../paste/pasting";
import { usePaste } from "../paste/usePaste";
import { placed } from "../view/placed";
import type { Scene } from "../view/useScene";
import { hasThings } from "./selection";
import { useMiddle } from "./useAdding";
import { useChange } from "./useChange";

export interface Taking {
  /** Put a document onto the canvas. */
  readonly put: (document: Document) => void;
  /** Put onto it what a text says. */
  readonly take: (text: string) => void;
}

export function useClipboard(scene: Scene, editable: boolean): Taking {
  const { t } = useTranslation();
  const change = useChange(scene);
  const { put, take } = usePaste(change);
  const where = useWhere();
  const some = useEditing(hasThings);
  const text = () => {
    const { history, selected } = useEditing.getState();
    return copyText(placed(history.document, scene.boxes), selected);
  };
  const cut = (ids = useEditing.getState().selected) => {
    change(t("canvas.cut"), (draft) => cutOut(draft, ids));
    useEditing.getState().select([]);
  };
  const write = async () => {
    keepCopied(text());
    try {
      await navigator.clipboard?.writeText(text());
      tell(t("common.copied"));
    } catch {
      tell(t("canvas.copiedHere"));
    }
  };
  const writeAndCut = async () => {
    const { selected } = useEditing.getState();
    const isOpen = staysOpen();
    await write();
    if (isOpen()) {
      cut(selected);
    }
  };
  const read = async () => {
    let found = lastCopied();
    try {
      found = (await navigator.clipboard?.readText()) || found;
    } catch {
      // The browser does not let pages read it: what was copied here is what there is.
    }
    if (found) {
      await take(found, { at: where() });
    } else {
      useAskedPaste.setState({ open: true });
    }
  };
  useCommand("copy", () => void write(), some);
  useCommand("cut", () => void writeAndCut(), some && editable);
  useCommand("paste", () => void read(), editable);
  useClipboardEvents({
    copy: () => (useEditing.getState().selected.size > 0 ? text() : ""),
    cut: () => editable && cut(),
    paste: (found, keepIncoming) => {
      editable && void take(found, { at: where(), keepIncoming });
    },
  });
  useCommand("workflow.import", () => useAskedPaste.setState({ open: true }), editable);
  return {
    put: (document) => put(document, { at: where() }),
    take: (found) => void take(found, { at: where() }),
  };
}

/** Where the pointer was last on the canvas, else the middle of what is in sight. */
function useWhere(): () => Point {
  const middle = useMiddle();
  const { screenToFlowPosition } = useReactFlow();
  const last = useRef<{ x: number; y: number } | null>(null);
  useEffect(() => {
    const follow = (event: PointerEvent) => {
      const on = event.target instanceof Element && event.target.closest(".react-flow__pane");
      last.current = on ? { x: event.clientX, y: event.clientY } : last.current;
    };
    window.addEventListener("pointermove", follow, { passive: true });
    return () => window.removeEventListener("pointermove", follow);
  }, []);
  return () => {
    if (!last.current) {
      return middle();
    }
    const { x, y } = screenToFlowPosition(last.current);
    return [x, y];
  };
}

interface Told {
  readonly copy: () => string;
  readonly cut: () => void;
  readonly paste: (text: string, keepIncoming: boolean) => void;
}

function useClipboardEvents(told: Told): void {
  const latest = useRef(told);
  useEffect(() => {
    latest.current = told;
  });
  useEffect(() => {
    let shift = false;
    const hold = (event: KeyboardEvent) => {
      shift = event.shiftKey;
    };
    const copy = (event: ClipboardEvent) => {
      const text = isOwn(event) ? latest.current.copy() : "";
      if (text) {
        event.clipboardData?.setData("text/plain", text);
        event.preventDefault();
        keepCopied(text);
        event.type === "cut" && latest.current.cut();
      }
    };
    const paste = (event: ClipboardEvent) => {
      const text = isOwn(event) ? (event.clipboardData?.getData("text/plain") ?? "") : "";
      if (text) {
        event.preventDefault();
        latest.current.paste(text, shift);
      }
    };
    window.addEventListener("keydown", hold, { capture: true });
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("keydown", hold, { capture: true });
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", paste);
    };
  }, []);
}

const ASIDE = "input, textarea, select, [contenteditable=true], [role=dialog], [data-keys=panel]";

/** Whether the canvas is meant: no field, no dialog, and no marked text. */
function isOwn(event: ClipboardEvent): boolean {
  const aside = event.target instanceof Element && event.target.closest(ASIDE);
  return !aside && !event.defaultPrevented && window.getSelection()?.isCollapsed !== false;
}
