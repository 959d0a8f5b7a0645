import type { NodeRun } from "./ledger";
import { useRun } from "./scope";

/** What became of a node in the run that is shown; undefined: nothing yet. Wakes for this node alone. */
export function useRunOf(nodeId: string): NodeRun | undefined {
  return useRun((run) => run.nodes[nodeId]);
}
