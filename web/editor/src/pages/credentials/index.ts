export { CredentialForm } from "./CredentialForm";
export { Credentials } from "./Credentials";
