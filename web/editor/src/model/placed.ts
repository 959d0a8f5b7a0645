/** Places for nodes that have none: a document from a program or a file often says nothing of places. */

import { type Document, nodesOf, type Point } from "./document";
import { neighbours } from "./graph";
import { bounds, freePlace, GAP_Y, placeBehind } from "./layout";

/** Nodes that nobody has put anywhere. */
export function unplaced(document: Document): readonly string[] {
  const { layout = {} } = document;
  return nodesOf(document).flatMap((node) => (Object.hasOwn(layout, node.id) ? [] : [node.id]));
}

/**
 * The document with a place for every node. Where most have none, all are laid out by `tidied`, which is
 * given because it is large; where only some have none, these go behind those that lead to them.
 */
export function placed(
  document: Document,
  tidied: (document: Document) => ReadonlyMap<string, Point>,
): Document {
  const missing = unplaced(document);
  if (missing.length === 0) {
    return document;
  }
  if (missing.length * 2 > nodesOf(document).length) {
    return { ...document, layout: { ...document.layout, ...Object.fromEntries(tidied(document)) } };
  }
  let result = document;
  for (const id of missing) {
    result = { ...result, layout: { ...result.layout, [id]: placeFor(result, id) } };
  }
  return result;
}

function placeFor(document: Document, id: string): Point {
  const { layout = {} } = document;
  const known: Document = {
    ...document,
    nodes: nodesOf(document).filter((node) => Object.hasOwn(layout, node.id)),
  };
  const before = neighbours(document, id, "before").find((one) => Object.hasOwn(layout, one));
  if (before !== undefined) {
    return placeBehind(known, before);
  }
  const box = bounds(known);
  return freePlace(known, [box?.x ?? 0, (box?.y ?? 0) + (box?.height ?? 0) + GAP_Y]);
}
