/** What every screen says. */

export { common } from "./common";
export { shell } from "./shell";
export { tour } from "./tour";
export { workflows } from "./workflows";
