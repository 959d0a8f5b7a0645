/** Findings by what they are about. */

import { type Document, type Edge, edgeId, edgesOf, type Finding } from "~/model/document";

export interface Issues {
  readonly nodes: ReadonlyMap<string, readonly Finding[]>;
  readonly edges: ReadonlyMap<string, readonly Finding[]>;
}

/** An edge is named by its place in the document: `edges[3].kind`. */
export function issuesOf(document: Document, findings: readonly Finding[]): Issues {
  const nodes = new Map<string, Finding[]>();
  const edges = new Map<string, Finding[]>();
  const all = edgesOf(document);
  for (const finding of findings) {
    const edge = edgeOf(all, finding);
    const key = edge ? edgeId(edge) : (finding.node ?? "");
    const list = edge ? edges : nodes;
    if (key) {
      list.set(key, [...(list.get(key) ?? []), finding]);
    }
  }
  return { nodes, edges };
}

export function edgeOf(edges: readonly Edge[], finding: Finding): Edge | undefined {
  const index = /^edges\[(\d+)\]/.exec(finding.field ?? "")?.[1];
  return index === undefined ? undefined : edges[Number(index)];
}

export type Level = "error" | "warning" | "";

export function worstOf(findings: readonly Finding[]): Level {
  if (findings.length === 0) {
    return "";
  }
  return findings.some((finding) => finding.level !== "warning") ? "error" : "warning";
}
