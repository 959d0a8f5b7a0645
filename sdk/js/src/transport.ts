/**
 * What carries the calls: with the token, in the workspace, again where that does no harm.
 *
 * The rules:
 *
 * - A call is made again only where it cannot be done twice: it reads, it carries a key, or it
 *   was refused before anything was done.
 * - How long to wait is the server's to say; where it does not, each wait is longer than the last.
 * - The key of a call is made once and stays the same however often the call is made.
 */

import { NotUnderstood, type Refused, refusal, Unreachable } from "./errors.js";

export type Query = Readonly<Record<string, unknown>>;

/** One call. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query?: Query;
  /** What is sent: bytes and texts of another kind as they are, everything else as JSON. */
  readonly body?: unknown;
  readonly media?: string;
  readonly etag?: string | undefined;
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, and all further attempts. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer, and the state that it is in. */
export interface Reply<T> {
  readonly value: T;
  /** To be given as `etag` with a change, which fails where somebody else was faster. */
  readonly etag: string;
}

/** How to reach a server. */
export interface TransportOptions {
  /** Where the server is: `https://penstock.example.com`. */
  readonly url: string;
  /** What it lets us in with; a page of the server itself needs none. */
  readonly token?: string;
  /** Which workspace the calls are for; by default the token's own. */
  readonly workspace?: string;
  /** Sent with every call: `x-csrf-token`, from a page of the server itself. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one attempt may take. */
  readonly timeoutMs?: number;
  /** How often a call is made that may be made again. */
  readonly attempts?: number;
  /** What to call instead of the platform's own. */
  readonly fetch?: typeof globalThis.fetch;
}

const JSON_MEDIA = "application/json";
const LONGEST_WAIT_MS = 30_000;
const FIRST_WAIT_MS = 200;
const NOT_DONE: readonly number[] = [429, 503];
const IN_PROGRESS = "request.in_progress";

/** Makes the calls of one client. */
export class Transport {
  readonly attempts: number;
  readonly #options: TransportOptions;
  readonly #fetch: typeof globalThis.fetch;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.attempts = options.attempts ?? 5;
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /** The same for another workspace. */
  inWorkspace(workspace: string): Transport {
    return new Transport({ ...this.#options, workspace });
  }

  /** What the server knows a call by: what is given, or a new one. */
  key(given: string | undefined): string {
    return given ?? randomKey();
  }

  /** What is answered. */
  async value<T>(asked: Asked): Promise<T> {
    return decoded<T>(asked, await this.#answer(asked, JSON_MEDIA));
  }

  /** What is answered, with its state. */
  async reply<T>(asked: Asked): Promise<Reply<T>> {
    const answer = await this.#answer(asked, JSON_MEDIA);
    const etag = (answer.headers.get("etag") ?? "").replace(/^W\//, "").replaceAll('"', "");
    return { value: decoded<T>(asked, answer), etag };
  }

  /** What is answered, as it comes. */
  async content(asked: Asked): Promise<Uint8Array> {
    return (await this.#answer(asked, "*/*")).content;
  }

  /** Make a call that has nothing to answer. */
  async done(asked: Asked): Promise<void> {
    await this.#answer(asked, JSON_MEDIA);
  }

  /** One attempt at a call whose answer does not end soon. */
  async stream(asked: Asked, more: Readonly<Record<string, string>>): Promise<Response> {
    const answer = await this.#sent(asked, "text/event-stream", asked.signal, more);
    if (!answer.ok) {
      throw refusal(answer.status, await answer.text());
    }
    return answer;
  }

  async #answer(asked: Asked, accept: string): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= this.attempts;
      let told: string | null = null;
      try {
        const answer = await this.#sent(asked, accept, this.#signal(asked.signal));
        const content = await whole(answer);
        if (answer.ok) {
          return { headers: answer.headers, content };
        }
        const refused = refusal(answer.status, new TextDecoder().decode(content));
        if (last || !isWorthAnother(asked, refused)) {
          throw refused;
        }
        told = answer.headers.get("retry-after");
      } catch (error) {
        if (!(error instanceof BrokenConnection)) {
          throw error;
        }
        asked.signal?.throwIfAborted();
        if (last || !isHarmless(asked)) {
          const what = `${asked.method} ${asked.path}: ${String(error.cause)}`;
          throw new Unreachable(what, { cause: error.cause });
        }
      }
      await wait(waitMs(attempt, told), asked.signal);
    }
  }

  async #sent(
    asked: Asked,
    accept: string,
    signal: AbortSignal | undefined,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const headers = { ...this.#headers(asked, accept), ...more };
    const body = sentBody(asked);
    const init: RequestInit = { method: asked.method, headers };
    if (body !== undefined) {
      init.body = body;
    }
    if (signal) {
      init.signal = signal;
    }
    try {
      return await this.#fetch(this.#address(asked), init);
    } catch (error) {
      throw new BrokenConnection("The connection broke.", { cause: error });
    }
  }

  #headers(asked: Asked, accept: string): Record<string, string> {
    const headers: Record<string, string> = { ...this.#options.headers, accept };
    if (this.#options.token) {
      headers["authorization"] = `Bearer ${this.#options.token}`;
    }
    if (this.#options.workspace) {
      headers["penstock-workspace"] = this.#options.workspace;
    }
    if (asked.etag !== undefined) {
      headers["if-match"] = `"${asked.etag}"`;
    }
    if (asked.key !== undefined) {
      headers["idempotency-key"] = asked.key;
    }
    if (asked.body !== undefined) {
      headers["content-type"] = asked.media ?? JSON_MEDIA;
    }
    return headers;
  }

  #address(asked: Asked): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(asked.query ?? {})) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== undefined && one !== null) {
          query.append(name, String(one));
        }
      }
    }
    const text = query.toString();
    return this.#options.url.replace(/\/+$/, "") + asked.path + (text ? `?${text}` : "");
  }

  #signal(given: AbortSignal | undefined): AbortSignal {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? 60_000);
    return given ? AbortSignal.any([given, timeout]) : timeout;
  }
}

interface Answer {
  readonly headers: Headers;
  readonly content: Uint8Array;
}

/** There was no answer to one attempt. */
export class BrokenConnection extends Error {}

/** A value as it stands in an address: whatever it is, it stays one part of it. */
export function place(value: string | number | boolean): string {
  const text = String(value);
  if (["", ".", ".."].includes(text)) {
    throw new TypeError(`${JSON.stringify(text)} cannot stand in an address: it names another one.`);
  }
  return encodeURIComponent(text);
}

/** How long to wait after an attempt: as told, or longer each time and never all at once. */
export function waitMs(attempt: number, told: string | null): number {
  if (told !== null && /^\d+$/.test(told)) {
    return Math.min(Number(told) * 1000, LONGEST_WAIT_MS);
  }
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  return longest * (0.5 + Math.random() / 2);
}

/** Wait, unless it is ended before. */
export async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const ended = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", ended);
      resolve();
    }, ms);
    if (signal?.aborted) {
      ended();
    }
    signal?.addEventListener("abort", ended, { once: true });
  });
}

/** Whether a call may arrive twice: it reads, it sets what it says, or it is done once. */
function isHarmless(asked: Asked): boolean {
  if (asked.method === "POST") {
    return asked.key !== undefined;
  }
  return asked.method === "GET" || (asked.method === "PUT" && asked.etag === undefined);
}

function isWorthAnother(asked: Asked, refused: Refused): boolean {
  if (NOT_DONE.includes(refused.status) || refused.code === IN_PROGRESS) {
    return true;
  }
  return [502, 504].includes(refused.status) && isHarmless(asked);
}

function sentBody(asked: Asked): BodyInit | undefined {
  const { body } = asked;
  if (body === undefined) {
    return undefined;
  }
  const raw = (asked.media ?? JSON_MEDIA) !== JSON_MEDIA;
  if (body instanceof Uint8Array || (raw && typeof body === "string")) {
    return body as BodyInit;
  }
  return JSON.stringify(body);
}

/** All of an answer: what breaks off has not arrived. */
async function whole(answer: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    throw new BrokenConnection("The answer broke off.", { cause: error });
  }
}

function decoded<T>(asked: Asked, answer: Answer): T {
  try {
    return JSON.parse(new TextDecoder().decode(answer.content)) as T;
  } catch (error) {
    const what = `The answer to ${asked.method} ${asked.path} is not as described.`;
    throw new NotUnderstood(what, { cause: error });
  }
}

function randomKey(): string {
  // Not randomUUID: a page that came without encryption does not have it.
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
