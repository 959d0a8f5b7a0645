/** Somebody else's HTTP server, which workflows of the tests call. */

import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Wait so long before answering. */
  readonly afterMs?: number;
}

export class StandIn {
  readonly #http: HttpServer;
  readonly asked: string[] = [];

  private constructor(http: HttpServer) {
    this.#http = http;
  }

  static async start(answers: (asked: IncomingMessage) => Answer): Promise<StandIn> {
    const http = createServer((asked, reply) => {
      standIn.asked.push(`${asked.method} ${asked.url}`);
      const { status = 200, headers = {}, body, afterMs = 0 } = answers(asked);
      const isText = typeof body === "string";
      setTimeout(() => {
        reply.writeHead(status, {
          "content-type": isText ? "text/plain" : "application/json",
          ...headers,
        });
        reply.end(isText ? body : JSON.stringify(body));
      }, afterMs);
    });
    const standIn = new StandIn(http);
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return standIn;
  }

  get url(): string {
    const { port } = this.#http.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}
