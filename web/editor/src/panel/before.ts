/** Whose data a node can use: that of the nodes which lead into it, and of all before these. */

import { type Document, edgesOf, findNode, source, target } from "~/model/document";

export interface Before {
  readonly node: string;
  readonly name: string;
  /** The output that leads here; empty: it leads here through others. */
  readonly port: string;
  /** The input that it leads into. */
  readonly into: string;
}

/** The nearest first; what leads here directly is what `$json` stands for. */
export function nodesBefore(document: Document, id: string): readonly Before[] {
  const direct = edgesOf(document)
    .filter((edge) => target(edge).node === id && (edge.kind ?? "main") === "main")
    .map((edge) => ({
      node: source(edge).node,
      name: findNode(document, source(edge).node)?.name ?? "",
      port: source(edge).port,
      into: target(edge).port,
    }));
  const near = new Set(direct.map((one) => one.node));
  const farther = distances(document, id)
    .filter((one) => one !== id && !near.has(one))
    .map((one) => ({ node: one, name: findNode(document, one)?.name ?? "", port: "", into: "" }));
  return [...direct, ...farther].filter((one) => one.name !== "");
}

/** All nodes before one and before its containers, the nearest first. */
function distances(document: Document, id: string): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>([id]);
  let layer = [id];
  while (layer.length > 0) {
    const next: string[] = [];
    for (const one of layer) {
      const parent = findNode(document, one)?.parent;
      const into = edgesOf(document).filter((edge) => target(edge).node === one);
      for (const other of [...into.map((edge) => source(edge).node), ...(parent ? [parent] : [])]) {
        if (!seen.has(other)) {
          seen.add(other);
          found.push(other);
          next.push(other);
        }
      }
    }
    layer = next;
  }
  return found;
}
