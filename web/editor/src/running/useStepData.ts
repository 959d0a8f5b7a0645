import { useMemo } from "react";
import { useRun } from "./scope";
import type { Step } from "./step";

/** Where to read the data of a node. */
export interface StepPlace {
  /** To be asked for the items: of a step in a container, the run of the body. */
  readonly execution: string;
  readonly node: string;
  readonly run: number;
  /** All runs of the node that there are, to choose from. */
  readonly runs: readonly Step[];
  readonly step: Step;
}

/** The data of a node in the run that is shown: of the run that was chosen, else of the last. */
export function useStepData(nodeId: string): StepPlace | null {
  const execution = useRun((run) => run.execution);
  const of = useRun((run) => run.nodes[nodeId]);
  const chosen = useRun((run) => run.chosen[nodeId]);
  const steps = useRun((run) => (run.nodes[nodeId] ? run.steps : null));
  return useMemo(() => {
    if (!steps || !of) {
      return null;
    }
    const runs = steps.filter((step) => step.nodeId === nodeId);
    const wanted = chosen ?? of.last;
    const step = runs.find((one) => one.body === wanted.body && one.runIndex === wanted.runIndex);
    return step
      ? { execution: step.body || execution, node: nodeId, run: step.runIndex, runs, step }
      : null;
  }, [steps, of, chosen, execution, nodeId]);
}
