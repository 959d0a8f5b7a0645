export { Forgotten } from "./Forgotten";
export { Invitation } from "./Invitation";
export { Register } from "./Register";
export { Reset } from "./Reset";
export { SetUp } from "./SetUp";
export { SignIn } from "./SignIn";
