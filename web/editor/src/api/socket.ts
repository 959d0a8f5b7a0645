/**
 * One connection for all that is watched: made when the first wants something, given up when the last
 * has gone, and made again when it breaks.
 *
 * The rules:
 *
 * - What somebody watches is asked for again on every new connection, behind the last event that came.
 *   Where events are missing, everybody concerned is told `missed` and reads again.
 * - Between two attempts it waits longer each time, and not where the network has just come back.
 * - A connection that gives no answer is given up: the other side may have gone without a word.
 */

import {
  concerns,
  eventsIn,
  type Happened,
  keyOf,
  type Person,
  type Tell,
  type Watched,
} from "./happened";

/** A connection, as the platform or a test makes it. */
export interface Line {
  send(text: string): void;
  close(): void;
}

/** What a connection is to be told. */
export interface Ear {
  opened(): void;
  heard(data: unknown): void;
  closed(code: number): void;
}

export interface LiveOptions {
  /** Where to connect to; another address makes a new connection. */
  readonly address: () => string;
  readonly connect: (address: string, ear: Ear) => Line;
  /** Is told whether events come. */
  readonly told?: (connection: "on" | "off") => void;
  /** Nobody is signed in any more. */
  readonly signedOut?: () => void;
  /** From 0 to 1, so that not all come back at once. */
  readonly random?: () => number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
const PING_EVERY_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
/** Going from one screen to the next is no reason to give the connection up. */
const LINGER_MS = 5_000;
const SIGNED_OUT = 4401;

interface Watcher {
  readonly what: Watched;
  readonly tell: Tell;
}

export class Live {
  readonly #options: LiveOptions;
  readonly #watchers = new Set<Watcher>();
  /** By workflow: who has it open, as it was told last. */
  readonly #people = new Map<string, readonly Person[]>();
  /** Workflows that are open here, and how often. */
  readonly #opened = new Map<string, number>();
  #line: Line | undefined;
  /** Of the connection that counts; another one has nothing to say any more. */
  #ear: Ear | undefined;
  #address = "";
  #isOn = false;
  #after = "";
  #failed = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pinging: ReturnType<typeof setTimeout> | undefined;
  #lingering: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Be told what happens, until the function that is returned is called. */
  watch(what: Watched, tell: Tell): () => void {
    const watcher = { what, tell };
    const isNew = !this.#isWatched(what);
    this.#watchers.add(watcher);
    this.#wanted();
    if (isNew && this.#isOn) {
      this.#send({ do: "subscribe", ...what });
    }
    return () => {
      if (this.#watchers.delete(watcher) && !this.#isWatched(what)) {
        this.#send({ do: "unsubscribe", ...what });
        this.#linger();
      }
    };
  }

  /** Tell the others that this workflow is open here. */
  open(workflow: string): () => void {
    const count = this.#opened.get(workflow) ?? 0;
    this.#opened.set(workflow, count + 1);
    this.#wanted();
    if (count === 0) {
      this.#send({ do: "open", workflow });
    }
    let isOpen = true;
    return () => {
      const left = (this.#opened.get(workflow) ?? 1) - 1;
      if (!isOpen) {
        return;
      }
      isOpen = false;
      if (left > 0) {
        this.#opened.set(workflow, left);
      } else {
        this.#opened.delete(workflow);
        this.#send({ do: "close", workflow });
        this.#linger();
      }
    };
  }

  /** Who has a workflow open, as far as it was told. */
  people(workflow: string): readonly Person[] {
    return this.#people.get(workflow) ?? [];
  }

  /** The network is back, or somebody looks at the page again: try at once. */
  wake(): void {
    if (!this.#isOn && this.#isNeeded()) {
      this.#failed = 0;
      this.#connect();
    }
  }

  #isNeeded(): boolean {
    return this.#watchers.size > 0 || this.#opened.size > 0;
  }

  #isWatched(what: Watched): boolean {
    const key = keyOf(what);
    return [...this.#watchers].some((one) => keyOf(one.what) === key);
  }

  #wanted(): void {
    clearTimeout(this.#lingering);
    const moved = this.#address !== "" && this.#address !== this.#options.address();
    if (moved) {
      this.#after = "";
      this.#drop();
    }
    if (!this.#line && this.#retry === undefined) {
      this.#connect();
    }
  }

  #linger(): void {
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(() => {
      if (!this.#isNeeded()) {
        this.#after = "";
        this.#drop();
      }
    }, LINGER_MS);
  }

  #connect(): void {
    this.#drop();
    this.#address = this.#options.address();
    const ear: Ear = {
      opened: () => this.#ear === ear && this.#greet(),
      heard: (data) => this.#ear === ear && this.#hear(data),
      closed: (code) => this.#ear === ear && this.#closed(code),
    };
    this.#ear = ear;
    this.#line = this.#options.connect(this.#address, ear);
    // One that never opens is given up like one that gives no answer.
    this.#expect(ANSWER_WITHIN_MS);
  }

  #greet(): void {
    const isFirst = this.#after === "" && this.#failed === 0;
    this.#isOn = true;
    this.#failed = 0;
    this.#options.told?.("on");
    const after = this.#after ? { after: this.#after } : {};
    const asked = new Map([...this.#watchers].map(({ what }) => [keyOf(what), what]));
    for (const what of asked.values()) {
      this.#send({ do: "subscribe", ...what, ...after });
    }
    for (const workflow of this.#opened.keys()) {
      this.#send({ do: "open", workflow });
    }
    if (!isFirst && !this.#after) {
      // Nothing to go on behind: what came in between is not known.
      this.#deliver([{ id: "", kind: "missed" }]);
    }
    this.#schedulePing();
  }

  #closed(code: number): void {
    this.#drop();
    this.#options.told?.("off");
    if (code === SIGNED_OUT) {
      this.#options.signedOut?.();
    }
    if (!this.#isNeeded()) {
      return;
    }
    const longest = Math.min(FIRST_WAIT_MS * 2 ** this.#failed, LONGEST_WAIT_MS);
    this.#failed += 1;
    const random = this.#options.random ?? Math.random;
    this.#retry = setTimeout(() => this.#connect(), longest * (0.5 + random() / 2));
  }

  #hear(data: unknown): void {
    this.#schedulePing();
    const events = eventsIn(data);
    const last = events.findLast((event) => event.id !== "");
    if (last) {
      this.#after = last.id;
    }
    for (const { kind, workflow, people } of events) {
      if (kind === "presence" && workflow && people) {
        this.#people.set(workflow, people);
      }
    }
    this.#deliver(events);
  }

  #deliver(events: readonly Happened[]): void {
    for (const { what, tell } of [...this.#watchers]) {
      const own = events.filter((event) => concerns(event, what));
      if (own.length > 0) {
        tell(own);
      }
    }
  }

  #schedulePing(): void {
    clearTimeout(this.#pinging);
    this.#pinging = setTimeout(() => {
      this.#send({ do: "ping" });
      this.#expect(ANSWER_WITHIN_MS);
    }, PING_EVERY_MS);
  }

  #expect(withinMs: number): void {
    clearTimeout(this.#pinging);
    this.#pinging = setTimeout(() => this.#closed(0), withinMs);
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    if (this.#isOn) {
      this.#line?.send(JSON.stringify(message));
    }
  }

  #drop(): void {
    clearTimeout(this.#pinging);
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#isOn = false;
    this.#people.clear();
    this.#ear = undefined;
    const line = this.#line;
    this.#line = undefined;
    line?.close();
  }
}
