export { Home } from "./Home";
export { Templates } from "./Templates";
export { Workflows } from "./Workflows";
