/** What each edge shows. */

import { type Document, type Edge, edgeId, edgesOf, type Finding } from "~/model/document";
import { INTO, OUT } from "./assemble";
import { grouped } from "./grouped";
import type { CanvasEdge, Mark, StepView } from "./types";

export interface Wires {
  readonly document: Document;
  readonly steps: ReadonlyMap<string, StepView>;
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly folded: ReadonlyMap<string, string>;
  readonly selected: ReadonlySet<string>;
  readonly marks: ReadonlyMap<string, Mark>;
  /** Says that an edge leads from one kind of port to another. */
  readonly wrongKind: (from: string, to: string) => string;
  /** What is read aloud for an edge, by the names of its ends. */
  readonly spoken: (from: string, to: string) => string;
}

export type WireCache = Map<string, { from: readonly unknown[]; edge: CanvasEdge }>;

export function wires(given: Wires, cache: WireCache): CanvasEdge[] {
  const comments = commentCounts(given.document);
  const found: CanvasEdge[] = [];
  const seen = new Set<string>();
  for (const edge of edgesOf(given.document)) {
    const id = edgeId(edge);
    const ends = endsOf(edge, given);
    if (!ends || seen.has(id)) {
      continue;
    }
    seen.add(id);
    const label = labelOf(edge, given);
    const wrong = wrongWith(edge, id, given);
    const selected = given.selected.has(id);
    const mark = given.marks.get(id) ?? "";
    const said = comments.get(id) ?? 0;
    const depth = depthOf(edge, given);
    const spoken = given.spoken(nameOf(edge.from[0], given), nameOf(edge.to[0], given));
    const from = [edge, spoken, label, wrong, selected, mark, said, depth, ...Object.values(ends)];
    const kept = cache.get(id);
    if (kept?.from.every((one, index) => one === from[index])) {
      found.push(kept.edge);
      continue;
    }
    const kind = edge.kind ?? "main";
    const back = edge.back ?? false;
    const made: CanvasEdge = {
      id,
      type: "wire",
      ...ends,
      selected,
      ariaLabel: spoken,
      domAttributes: { tabIndex: -1 },
      zIndex: depth * 10 + 2,
      data: { edge, label, kind, back, wrong, comments: said, mark },
    };
    cache.set(id, { from, edge: made });
    found.push(made);
  }
  return found;
}

/** Its ends on the canvas; none: both lie in the same folded group, or an end is not there. */
function endsOf(edge: Edge, { folded, steps }: Wires) {
  const [from = "", out = "main"] = edge.from;
  const [to = "", into = "main"] = edge.to;
  if (!steps.has(from) || !steps.has(to)) {
    return null;
  }
  const hiddenFrom = folded.get(from);
  const hiddenTo = folded.get(to);
  if (hiddenFrom && hiddenFrom === hiddenTo) {
    return null;
  }
  return {
    source: hiddenFrom ?? from,
    sourceHandle: hiddenFrom ? OUT : out,
    target: hiddenTo ?? to,
    targetHandle: hiddenTo ? INTO : into,
  };
}

/** Nodes name their ports themselves; the box of a folded group does not. */
function labelOf(edge: Edge, { steps, folded }: Wires): string {
  const outputs = steps.get(edge.from[0] ?? "")?.outputs ?? [];
  const port = outputs.find((one) => one.name === edge.from[1]);
  const shows = folded.has(edge.from[0] ?? "") && outputs.length > 1;
  return shows ? (port?.title ?? edge.from[1] ?? "") : "";
}

function wrongWith(edge: Edge, id: string, given: Wires): string {
  const told = given.findings.get(id)?.[0];
  if (told) {
    return [told.message, told.fix].filter(Boolean).join(" ");
  }
  const from = given.steps
    .get(edge.from[0] ?? "")
    ?.outputs.find((one) => one.name === edge.from[1]);
  const to = given.steps.get(edge.to[0] ?? "")?.inputs.find((one) => one.name === edge.to[1]);
  return from && to && from.kind !== to.kind ? given.wrongKind(from.kind, to.kind) : "";
}

function nameOf(id: string | undefined, { steps }: Wires): string {
  return steps.get(id ?? "")?.spec.name ?? "";
}

function depthOf(edge: Edge, { steps }: Wires): number {
  let depth = 0;
  for (let at = steps.get(edge.from[0] ?? "")?.spec.parent; at && depth < 100; depth += 1) {
    at = steps.get(at)?.spec.parent;
  }
  return depth;
}

function commentCounts(document: Document): ReadonlyMap<string, number> {
  const open = (document.comments ?? []).filter((one) => one.edge && !one.resolved && !one.answers);
  const ends = (pair: readonly (readonly string[])[]): string =>
    edgeId({ from: pair[0] ?? [], to: pair[1] ?? [] });
  const lists = grouped(open, (one) => ends(one.edge ?? []));
  return new Map([...lists].map(([id, list]) => [id, list.length]));
}
