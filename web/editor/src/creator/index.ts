// `./Creator` itself is loaded when it is opened.
export { DRAGGED_NODE, type Dragged, useCreator, type Wanted } from "./store";
