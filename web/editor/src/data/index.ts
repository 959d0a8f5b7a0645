/** Items on the screen: as a schema, a table, JSON, files or a chart. */

export { DataView } from "./DataView";
export { isRecord, type JsonRecord, type Kind, kindOf } from "./kinds";
export { DRAGGED, expressionPath, type Origin } from "./paths";
export { type DataPort, type DataSource, itemOf, itemsSource, type Part } from "./source";
export { type StepData, stepSource } from "./stepSource";
