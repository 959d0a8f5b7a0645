/** A document in which everything has a place. */

import type { Document, DocumentDraft, Point } from "~/model/document";
import type { Box } from "~/model/layout";
import { lacksPlaces } from "./places";

/** The same document with the places that it is drawn at. */
export function placed(document: Document, boxes: ReadonlyMap<string, Box>): Document {
  return lacksPlaces(document)
    ? { ...document, layout: { ...placesOf(boxes), ...document.layout } }
    : document;
}

/** Write down where everything is drawn, so that a change does not move what it is not about. */
export function settle(draft: DocumentDraft, boxes: ReadonlyMap<string, Box>): void {
  for (const node of draft.nodes ?? []) {
    const box = boxes.get(node.id);
    if (box && !draft.layout?.[node.id]) {
      draft.layout ??= {};
      draft.layout[node.id] = [box.x, box.y];
    }
  }
}

function placesOf(boxes: ReadonlyMap<string, Box>): Record<string, Point> {
  return Object.fromEntries([...boxes].map(([id, { x, y }]) => [id, [x, y] as const]));
}
