/** Workflows as pictures. */

export { Canvas } from "./Canvas";
export { EditorCanvas } from "./EditorCanvas";
export { NodeIcon } from "./icons/NodeIcon";
export type { Mark } from "./view/types";
