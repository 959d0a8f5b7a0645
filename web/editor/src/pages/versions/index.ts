export { Versions } from "./Versions";
