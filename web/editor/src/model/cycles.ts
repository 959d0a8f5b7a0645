/**
 * Which edges lead back, and which cycles would never end; by the rules of the server.
 *
 * The largest sets of nodes that can all reach each other are looked at one by one. Of each, the edges
 * that lead into its loop node lead back; without them, what is left is looked at again, which finds
 * the loops within. A set without a loop node is a cycle that is not allowed.
 */

import { type Document, type Edge, edgeId, edgesOf, nodesOf } from "./document";
import { ordered } from "./graph";

export interface Cycles {
  /** Edges that lead back, by `edgeId`: marked so, or found to. */
  readonly back: ReadonlySet<string>;
  /** Cycles that are not allowed, each from top to bottom. */
  readonly cycles: readonly (readonly string[])[];
}

interface Part {
  readonly nodes: ReadonlySet<string>;
  readonly edges: readonly Edge[];
}

const from = (edge: Edge): string => edge.from[0] ?? "";
const to = (edge: Edge): string => edge.to[0] ?? "";

export function cyclesOf(document: Document, isLoop: (node: string) => boolean): Cycles {
  const ids = new Set(nodesOf(document).map((node) => node.id));
  const edges = edgesOf(document).filter((edge) => ids.has(from(edge)) && ids.has(to(edge)));
  const rank = new Map(ordered(document, ids).map((id, index) => [id, index]));
  const byRank = (a: string, b: string) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0);
  const back = new Set(edges.filter((edge) => edge.back).map(edgeId));
  const cycles: string[][] = [];
  const forward = edges.filter((edge) => !edge.back);
  const waiting = cyclic({ nodes: ids, edges: forward });
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    const { nodes } = part;
    const loops = [...nodes].filter(isLoop).sort(byRank);
    const isEntered = (id: string) =>
      forward.some((edge) => to(edge) === id && !back.has(edgeId(edge)) && !nodes.has(from(edge)));
    const header = loops.find(isEntered) ?? loops[0];
    if (header === undefined) {
      cycles.push([...nodes].sort(byRank));
      continue;
    }
    for (const edge of part.edges) {
      if (to(edge) === header) {
        back.add(edgeId(edge));
      }
    }
    waiting.push(...cyclic({ nodes, edges: part.edges.filter((edge) => to(edge) !== header) }));
  }
  return { back, cycles: cycles.sort((a, b) => (a.join("\u0000") < b.join("\u0000") ? -1 : 1)) };
}

/** The largest sets of nodes that can all reach each other, with the edges between them. */
function cyclic(part: Part): Part[] {
  const following = new Map<string, string[]>([...part.nodes].map((id) => [id, []]));
  for (const edge of part.edges) {
    following.get(from(edge))?.push(to(edge));
  }
  return components(following)
    .filter((nodes) => nodes.size > 1 || [...nodes].some((id) => following.get(id)?.includes(id)))
    .map((nodes) => ({
      nodes,
      edges: part.edges.filter((edge) => nodes.has(from(edge)) && nodes.has(to(edge))),
    }));
}

/** Strongly connected components, by Tarjan's algorithm without recursion. */
function components(following: ReadonlyMap<string, readonly string[]>): Set<string>[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: Set<string>[] = [];
  const held = new Set<string>();
  const lower = (node: string, value: number) =>
    low.set(node, Math.min(low.get(node) ?? value, value));
  const enter = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    held.add(node);
    return { node, rest: [...(following.get(node) ?? [])] };
  };
  const close = (node: string) => {
    const component = new Set<string>();
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      held.delete(one);
      component.add(one);
      if (one === node) {
        break;
      }
    }
    found.push(component);
  };
  for (const root of following.keys()) {
    const path = index.has(root) ? [] : [enter(root)];
    for (let at = path.at(-1); at; at = path.at(-1)) {
      const next = at.rest.shift();
      if (next === undefined) {
        path.pop();
        const above = path.at(-1);
        above && lower(above.node, low.get(at.node) ?? 0);
        low.get(at.node) === index.get(at.node) && close(at.node);
      } else if (!index.has(next)) {
        path.push(enter(next));
      } else if (held.has(next)) {
        lower(at.node, index.get(next) ?? 0);
      }
    }
  }
  return found;
}
