export { OfWorkflow } from "./OfWorkflow";
export { OneWebhook } from "./OneWebhook";
export { Webhooks } from "./Webhooks";
