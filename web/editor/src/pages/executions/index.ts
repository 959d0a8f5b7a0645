export { Compare } from "./Compare";
export { Execution } from "./Execution";
export { Executions } from "./Executions";
export { OfWorkflow } from "./OfWorkflow";
