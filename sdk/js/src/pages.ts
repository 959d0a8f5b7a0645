/** Lists that come in pages, read as one list or page by page. */

import type { Asked, Transport } from "./transport.js";

/** Some of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null: this is the last one. */
  readonly next_cursor: string | null;
}

/**
 * A list of the server.
 *
 * `for await` goes through all of it, asking for the next page when it gets there; `await` takes
 * the first page alone.
 */
export class Pages<T> implements AsyncIterable<T>, PromiseLike<Page<T>> {
  readonly #transport: Transport;
  readonly #asked: Asked;

  constructor(transport: Transport, asked: Asked) {
    this.#transport = transport;
    this.#asked = asked;
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting it is what it is for
  then<Good = Page<T>, Bad = never>(
    good?: ((page: Page<T>) => Good | PromiseLike<Good>) | null,
    bad?: ((reason: unknown) => Bad | PromiseLike<Bad>) | null,
  ): Promise<Good | Bad> {
    return this.#page(this.#asked).then(good, bad);
  }

  catch<Bad = never>(
    bad?: ((reason: unknown) => Bad | PromiseLike<Bad>) | null,
  ): Promise<Page<T> | Bad> {
    return this.then(null, bad);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) {
      yield* page.items;
    }
  }

  /** Page by page. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    let asked = this.#asked;
    for (;;) {
      const page = await this.#page(asked);
      yield page;
      if (page.next_cursor === null) {
        return;
      }
      asked = { ...asked, query: { ...asked.query, cursor: page.next_cursor } };
    }
  }

  async #page(asked: Asked): Promise<Page<T>> {
    return await this.#transport.value<Page<T>>(asked);
  }
}
