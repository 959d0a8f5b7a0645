/** The client: the calls of the API. */

import { Events } from "./events.js";
import { Operations } from "./operations.js";
import { type CallOptions, Transport, type TransportOptions } from "./transport.js";

/** What to watch. */
export interface WatchOptions extends CallOptions {
  /** Ids of workflows to watch. */
  readonly workflows?: readonly string[];
  /** Ids of executions to watch. */
  readonly executions?: readonly string[];
  /** Watch the whole workspace. */
  readonly everything?: boolean;
  /** Id of the last event that was seen. */
  readonly after?: string;
}

/** All that a server can be asked. */
export class Calls extends Operations {
  /** What happens from now on, over dropped connections too. */
  watch(options: WatchOptions): Events {
    const asked = {
      method: "GET",
      path: "/api/v1/events/stream",
      query: {
        workflow: options.workflows,
        execution: options.executions,
        all: options.everything || undefined,
      },
      signal: options.signal,
    };
    return new Events(this.transport, asked, options.after);
  }

  /** The same calls for another workspace. */
  inWorkspace(workspace: string): Calls {
    return new Calls(this.transport.inWorkspace(workspace));
  }
}

/** Calls a Penstock server. */
export class Client extends Calls {
  constructor(options: TransportOptions) {
    super(new Transport(options));
  }
}
