/** What is said where a node is chosen and set up. */

export { creator } from "./creator";
export { panel } from "./panel";
