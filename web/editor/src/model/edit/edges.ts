/**
 * Edits of edges.
 *
 * An edge is known by its ends and its kind, and there is one of each. The order of the edges of one
 * output port is the order in which they deliver.
 */

import { type DocumentDraft, type End, edgeId, source, target } from "../document";
import { linksOf, reaches } from "../graph";
import { assign, type EdgeDraft, nodeIn } from "./draft";

export interface Wire {
  readonly from: End;
  readonly to: End;
  /** `main` by default. */
  readonly kind?: string;
}

export interface ConnectOptions {
  /** Whether a node may be what a cycle returns to; by default none may. */
  readonly isLoop?: (node: string) => boolean;
}

/** Connect two ports. One that closes a cycle without a loop node is marked to lead back. */
export function connect(draft: DocumentDraft, wire: Wire, options: ConnectOptions = {}): boolean {
  const edge = made(wire);
  if (!nodeIn(draft, wire.from.node) || !nodeIn(draft, wire.to.node)) {
    return false;
  }
  if (draft.edges?.some((one) => edgeId(one) === edgeId(edge))) {
    return false;
  }
  if ((wire.kind ?? "main") === "main" && leadsBack(draft, wire, options)) {
    edge.back = true;
  }
  draft.edges ??= [];
  draft.edges.push(edge);
  return true;
}

function made(wire: Wire): EdgeDraft {
  const edge: EdgeDraft = {
    from: [wire.from.node, wire.from.port],
    to: [wire.to.node, wire.to.port],
  };
  if (wire.kind && wire.kind !== "main") {
    edge.kind = wire.kind;
  }
  return edge;
}

/** Whether an edge would close a cycle that passes through no loop node. */
export function leadsBack(draft: DocumentDraft, wire: Wire, options: ConnectOptions = {}): boolean {
  const { isLoop = () => false } = options;
  if (isLoop(wire.to.node)) {
    return false;
  }
  const blocked = (draft.nodes ?? []).map((node) => node.id).filter(isLoop);
  return (
    wire.from.node === wire.to.node ||
    reaches(linksOf(draft), wire.to.node, wire.from.node, blocked)
  );
}

/** Take edges away, by `edgeId`, with the comments on them. */
export function disconnect(draft: DocumentDraft, ids: Iterable<string>): void {
  const gone = new Set(ids);
  const left = draft.edges?.filter((edge) => !gone.has(edgeId(edge)));
  if (!left || left.length === draft.edges?.length) {
    return;
  }
  const ends = new Set(draft.edges?.filter((edge) => gone.has(edgeId(edge))).map(endsText));
  draft.edges = left;
  if (draft.comments?.some((one) => one.edge)) {
    draft.comments = draft.comments.filter(
      ({ edge }) => !edge || !ends.has(edge.map((end) => end.join("\u0000")).join("\u0001")),
    );
  }
}

function endsText(edge: EdgeDraft): string {
  return `${edge.from.join("\u0000")}\u0001${edge.to.join("\u0000")}`;
}

/** Put a node into an edge; gives back whether it could be. */
export function insertBetween(
  draft: DocumentDraft,
  id: string,
  node: string,
  ports: { readonly input: string; readonly output: string },
): boolean {
  const place = draft.edges?.findIndex((edge) => edgeId(edge) === id) ?? -1;
  const edge = draft.edges?.[place];
  const inserted = nodeIn(draft, node);
  if (!edge || !inserted || source(edge).node === node || target(edge).node === node) {
    return false;
  }
  const parent = nodeIn(draft, target(edge).node)?.parent;
  if (parent && inserted.parent !== parent) {
    inserted.parent = parent;
  } else if (!parent && inserted.parent) {
    delete inserted.parent;
  }
  const { from, to, ...rest } = edge;
  const kind = rest.kind ? { kind: rest.kind } : {};
  draft.edges?.splice(
    place,
    1,
    { from: [...from], to: [node, ports.input], ...kind },
    { ...rest, from: [node, ports.output], to: [...to] },
  );
  return true;
}

/** Lead an edge somewhere else; it keeps its place in the order where its start stays. */
export function reconnect(
  draft: DocumentDraft,
  id: string,
  wire: Wire,
  options: ConnectOptions = {},
): boolean {
  const edge = draft.edges?.find((one) => edgeId(one) === id);
  const next = made(wire);
  if (!edge || draft.edges?.some((one) => edgeId(one) === edgeId(next))) {
    return false;
  }
  const place = draft.edges?.indexOf(edge) ?? 0;
  const stays = edge.from.join("\u0000") === next.from.join("\u0000");
  disconnect(draft, [id]);
  if (!connect(draft, wire, options)) {
    return false;
  }
  if (stays && draft.edges) {
    const [moved] = draft.edges.splice(-1, 1);
    moved && draft.edges.splice(place, 0, moved);
  }
  return true;
}

/** The edges of one output port, in the order in which they deliver. */
export function edgesOfPort(
  document: { readonly edges?: readonly EdgeDraft[] | DocumentDraft["edges"] | undefined },
  from: End,
): readonly EdgeDraft[] {
  return (document.edges ?? []).filter(
    (edge) => edge.from[0] === from.node && edge.from[1] === from.port,
  );
}

/** Give an edge another place among those of its port, counted from 0. */
export function reorder(draft: DocumentDraft, id: string, place: number): void {
  const edge = draft.edges?.find((one) => edgeId(one) === id);
  if (!edge || !draft.edges) {
    return;
  }
  const beside = edgesOfPort(draft, source(edge)).filter((one) => edgeId(one) !== id);
  const rest = draft.edges.filter((one) => edgeId(one) !== id);
  const next = beside[place];
  const last = beside.at(-1);
  const at = next ? rest.indexOf(next) : last ? rest.indexOf(last) + 1 : rest.length;
  rest.splice(at, 0, edge);
  if (rest.some((one, index) => one !== draft.edges?.[index])) {
    draft.edges = rest;
  }
}

/** Say that an edge closes a cycle on purpose, or that it does not. */
export function markBack(draft: DocumentDraft, id: string, back: boolean): void {
  const edge = draft.edges?.find((one) => edgeId(one) === id);
  if (edge && (edge.back ?? false) !== back) {
    assign(edge, "back", back || undefined);
  }
}
