/** Putting a text onto the canvas. */

import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { languagesOf } from "~/editing/languages";
import { staysOpen, useEditing } from "~/editing/store";
import { paste, readPasted } from "~/model/clipboard";
import type { Document, Point } from "~/model/document";
import { bounds, snapPoint } from "~/model/layout";
import { tellFailure } from "~/ui/told";
import { announce } from "../announce/announce";
import type { Changing } from "../commands/useChange";
import { ranksOf } from "../view/places";
import { usePasting } from "./pasting";

export interface PasteAt {
  /** The middle of it goes there. */
  readonly at: Point;
  readonly keepIncoming?: boolean;
}

export function usePaste(change: Changing) {
  const { t } = useTranslation();
  const put = (given: Document, { at, keepIncoming = false }: PasteAt) => {
    const document = spread(given);
    const box = bounds(document);
    const corner = snapPoint([at[0] - (box?.width ?? 0) / 2, at[1] - (box?.height ?? 0) / 2]);
    let made: readonly string[] = [];
    change(t("canvas.pasted"), (draft) => {
      made = [
        ...paste(draft, document, { at: corner, keepIncoming, languages: languagesOf }).values(),
      ];
    });
    useEditing.getState().select(made);
    announce(t("canvas.pastedCount", { count: made.length }));
  };
  const take = async (text: string, place: PasteAt) => {
    const found = readPasted(text);
    if (!found) {
      text.trim() && tellFailure(new Error(t("canvas.notPastable")));
    } else if (found.kind === "workflow") {
      put(found.document, place);
    } else if (found.kind === "address") {
      tellFailure(new Error(t("canvas.noAddress")));
    } else {
      const isOpen = staysOpen();
      usePasting.setState({ reading: true });
      try {
        const preview = await api().importWorkflows({ data: found.data, preview: true });
        isOpen() && usePasting.setState({ preview });
      } catch (error) {
        tellFailure(error);
      } finally {
        usePasting.setState({ reading: false });
      }
    }
  };
  return { put, take };
}

/** What was written by hand has no places: its nodes are put side by side. */
function spread(document: Document): Document {
  if (document.layout && Object.keys(document.layout).length > 0) {
    return document;
  }
  const rows = new Map<number, number>();
  const layout: Record<string, Point> = {};
  for (const [id, rank] of ranksOf(document)) {
    const row = rows.get(rank) ?? 0;
    rows.set(rank, row + 1);
    layout[id] = [rank * 320, row * 128];
  }
  return { ...document, layout };
}
