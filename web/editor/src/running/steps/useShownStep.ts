import { useRun } from "../scope";
import type { Step } from "../step";

const STOPPED = new Set(["error", "waiting", "in_doubt"]);

/** The step that was chosen, as it is now; by default what failed or waits, and at the end the last. */
export function useShownStep(chosen: Step | null): Step | null {
  const steps = useRun((run) => run.steps);
  const complete = useRun((run) => run.complete);
  const same =
    chosen &&
    steps.find(
      (one) =>
        one.nodeId === chosen.nodeId &&
        one.runIndex === chosen.runIndex &&
        one.body === chosen.body,
    );
  if (same) {
    return same;
  }
  const outer = steps.filter((step) => !step.body);
  const failed = outer.find((one) => STOPPED.has(one.status));
  // As long as steps are added, what is shown does not jump from one to the next.
  return failed ?? (complete ? outer.at(-1) : outer[0]) ?? null;
}
