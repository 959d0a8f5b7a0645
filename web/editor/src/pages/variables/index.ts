export { Variables } from "./Variables";
