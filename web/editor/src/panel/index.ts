export { NodePanel } from "./NodePanel";
