/** Documents for tests, and edits of them outside of the store. */

import { produce } from "immer";
import type { Document, DocumentDraft, Edge, Node } from "../document";

/** Nodes `a b c`, edges `a>b` or `a.out>b.in`; nodes stand in a row. */
export function flow(nodes: string, edges = "", more: Partial<Document> = {}): Document {
  const ids = nodes.split(" ").filter(Boolean);
  return {
    format: "penstock/1",
    name: "Flow",
    nodes: ids.map((id): Node => ({ id, name: id.toUpperCase(), type: "acme/kit.step" })),
    edges: edges
      .split(" ")
      .filter(Boolean)
      .map((text): Edge => {
        const [from = "", to = ""] = text.split(">");
        return { from: end(from), to: end(to) };
      }),
    layout: Object.fromEntries(ids.map((id, index) => [id, [index * 320, 0]])),
    ...more,
  };
}

function end(text: string): string[] {
  const [node = "", port = "main"] = text.split(".");
  return [node, port];
}

/** The document after an edit; the given one is frozen first, so that changing it would fail. */
export function after(document: Document, recipe: (draft: DocumentDraft) => unknown): Document {
  return produce(document, (draft) => {
    recipe(draft as DocumentDraft);
  });
}

/** Edges as they are written above. */
export function edgesText(document: Document): string {
  const side = (pair: readonly string[]) => pair.join(".").replace(/\.main$/, "");
  return (document.edges ?? [])
    .map((edge) => `${side(edge.from)}>${side(edge.to)}${edge.back ? "!" : ""}`)
    .join(" ");
}
