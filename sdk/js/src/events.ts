/**
 * Events as they happen, over a connection that may drop.
 *
 * The rules:
 *
 * - After a dropped connection it goes on behind the last event that arrived, as the server
 *   numbers them. Nothing arrives twice, and what the server still has is not missed.
 * - An answer without content ends it; so does a refusal that another attempt would not change.
 */

import { Refused, Unreachable } from "./errors.js";
import { type Asked, BrokenConnection, type Transport, wait, waitMs } from "./transport.js";

/** Something that happened. */
export interface Event {
  /** Where it stands among the others; to go on behind it later. */
  readonly id: string;
  /** What kind of event it is. */
  readonly name: string;
  readonly data: string;
}

const WORTH_ANOTHER: readonly number[] = [429, 502, 503, 504];

/** The events of a stream, for `for await`. Leaving the loop closes the connection. */
export class Events implements AsyncIterable<Event> {
  /** The last one that arrived. */
  lastId: string;
  readonly #transport: Transport;
  readonly #asked: Asked;
  #retryMs: number | undefined;

  constructor(transport: Transport, asked: Asked, after = "") {
    this.lastId = after;
    this.#transport = transport;
    this.#asked = asked;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    for (let failed = 0; ; ) {
      const headers: Record<string, string> = this.lastId ? { "last-event-id": this.lastId } : {};
      try {
        const answer = await this.#transport.stream(this.#asked, headers);
        if (answer.status === 204 || answer.body === null) {
          return;
        }
        for await (const event of this.#read(answer.body)) {
          failed = 0;
          yield event;
        }
      } catch (error) {
        failed += 1;
        this.#check(error, failed >= this.#transport.attempts);
      }
      await wait(this.#retryMs ?? waitMs(failed + 1, null), this.#asked.signal);
    }
  }

  /** Throw what another attempt would not change. */
  #check(error: unknown, last: boolean): void {
    this.#asked.signal?.throwIfAborted();
    if (error instanceof BrokenConnection) {
      if (last) {
        throw new Unreachable(`${this.#asked.path}: ${String(error.cause)}`, { cause: error });
      }
    } else if (last || !(error instanceof Refused && WORTH_ANOTHER.includes(error.status))) {
      throw error;
    }
  }

  async *#read(body: ReadableStream<Uint8Array>): AsyncGenerator<Event, void, undefined> {
    // An event counts from its end on: the number of one that was cut off is not kept.
    let id = this.lastId;
    let name = "message";
    let data: string[] = [];
    for await (const line of lines(body)) {
      const [field = "", ...rest] = line.split(":");
      const value = rest.join(":").replace(/^ /, "");
      if (line === "") {
        this.lastId = id;
        if (data.length > 0) {
          yield { id, name, data: data.join("\n") };
        }
        name = "message";
        data = [];
      } else if (field === "id") {
        id = value;
      } else if (field === "event") {
        name = value;
      } else if (field === "data") {
        data.push(value);
      } else if (field === "retry" && /^\d+$/.test(value)) {
        this.#retryMs = Number(value);
      }
    }
  }
}

async function* lines(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream() as Decoder).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) {
        return;
      }
      rest += value;
      const parts = rest.split(/\r\n|\n|\r(?!$)/);
      rest = parts.pop() ?? "";
      yield* parts;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

type Decoder = ReadableWritablePair<string, Uint8Array>;

async function read(
  reader: ReadableStreamDefaultReader<string>,
): Promise<ReadableStreamReadResult<string>> {
  try {
    return await reader.read();
  } catch (error) {
    throw new BrokenConnection("The connection broke.", { cause: error });
  }
}
