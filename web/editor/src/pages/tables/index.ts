export { OneTable } from "./OneTable";
export { Tables } from "./Tables";
