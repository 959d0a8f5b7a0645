/** Running the workflow that is open, and watching executions. */

export { LogsDock } from "./LogsDock";
export type { NodeRun, NodeRuns } from "./ledger";
export { RunBar } from "./RunBar";
export { isOver, type Run, type RunStore } from "./run";
export { StatusBadge } from "./StatusBadge";
export { editorRun, RunScope, useRun, useRunStore } from "./scope";
export { run, runOn, show, stop } from "./start";
export { hasEnded, type Step, type StepStatus } from "./step";
export { useEdgeCount } from "./useEdgeCount";
export { useRunOf } from "./useRunOf";
export { type StepPlace, useStepData } from "./useStepData";
