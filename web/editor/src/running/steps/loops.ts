/** Which nodes run together in a loop. */

import { type Document, edgesOf, nodesOf } from "~/model/document";

type Ways = ReadonlyMap<string, readonly string[]>;

/** By node: the loop that it is in. Loops within loops count as one. */
export function loopsOf(document: Document): ReadonlyMap<string, number> {
  const ids = nodesOf(document).map((node) => node.id);
  const out = ways(document, 0, 1);
  const back = ways(document, 1, 0);
  const found = new Map<string, number>();
  const taken = new Set<string>();
  for (const start of finishing(ids, out).reverse()) {
    const together = reached(start, back, taken);
    const own = out.get(start)?.includes(start);
    if (together.length > 1 || own) {
      for (const id of together) {
        found.set(id, found.get(together[0] ?? "") ?? found.size);
      }
    }
  }
  return found;
}

function ways(document: Document, from: 0 | 1, to: 0 | 1): Ways {
  const found = new Map<string, string[]>();
  for (const edge of edgesOf(document)) {
    const [start = "", end = ""] = [(from ? edge.to : edge.from)[0], (to ? edge.to : edge.from)[0]];
    found.set(start, [...(found.get(start) ?? []), end]);
  }
  return found;
}

/** Depth first, without recursion: a document may be 5,000 nodes deep. */
function finishing(ids: readonly string[], out: Ways): string[] {
  const seen = new Set<string>();
  const done: string[] = [];
  for (const id of ids) {
    const stack: [string, number][] = seen.has(id) ? [] : [[id, 0]];
    seen.add(id);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const next = top && out.get(top[0])?.[top[1]++];
      if (!top || next === undefined) {
        done.push(stack.pop()?.[0] ?? "");
      } else if (!seen.has(next)) {
        seen.add(next);
        stack.push([next, 0]);
      }
    }
  }
  return done;
}

function reached(start: string, back: Ways, taken: Set<string>): string[] {
  if (taken.has(start)) {
    return [];
  }
  taken.add(start);
  const found = [start];
  for (const id of found) {
    for (const next of back.get(id) ?? []) {
      if (!taken.has(next)) {
        taken.add(next);
        found.push(next);
      }
    }
  }
  return found;
}
