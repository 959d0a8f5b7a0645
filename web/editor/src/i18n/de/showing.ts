/** What is said where runs and their data are shown. */

export { data } from "./data";
export { running } from "./running";
