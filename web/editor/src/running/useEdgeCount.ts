import type { Edge } from "~/model/document";
import { useRun } from "./scope";

/** Items that went along an edge, over all runs; undefined: what it comes from has not run. */
export function useEdgeCount(edge: Edge | string): number | undefined {
  const [node = "", port = "main"] =
    typeof edge === "string" ? (edge.split("\u0001")[0] ?? "").split("\u0000") : edge.from;
  return useRun((run) => {
    const of = run.nodes[node];
    const known = of && (of.status === "ok" || of.status === "cached" || of.runs > 1);
    return known ? (of.counts[port] ?? 0) : undefined;
  });
}
