/** Call the API of a Penstock server. */

export { Calls, Client, type WatchOptions } from "./client.js";
export * from "./errors.js";
export { type Event, Events } from "./events.js";
export type * as models from "./models.js";
export { API_VERSION } from "./models.js";
export { type Page, Pages } from "./pages.js";
export type { CallOptions, Reply, TransportOptions } from "./transport.js";
