/** What is told of the server, and whom it concerns. */

export interface Watched {
  readonly workflow?: string;
  readonly execution?: string;
  readonly workspace?: boolean;
}

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** Something that happened, as `docs/events.md` describes it; `missed` and `lost`: read again. */
export interface Happened {
  readonly id: string;
  readonly kind: string;
  readonly workflow?: string;
  readonly execution?: string;
  readonly workspace?: boolean;
  readonly at_ms?: number;
  readonly by?: string;
  readonly detail?: Readonly<Record<string, unknown>> | string;
  readonly people?: readonly Person[];
  readonly [name: string]: unknown;
}

export type Tell = (events: readonly Happened[]) => void;

export function keyOf({ workflow, execution, workspace }: Watched): string {
  return `${workflow ?? ""}\u0000${execution ?? ""}\u0000${workspace ?? false}`;
}

export function eventsIn(data: unknown): readonly Happened[] {
  try {
    const read: unknown = JSON.parse(String(data));
    return Array.isArray(read) ? read.filter(isHappened) : [];
  } catch {
    return [];
  }
}

function isHappened(one: unknown): one is Happened {
  return typeof one === "object" && one !== null && "kind" in one && typeof one.kind === "string";
}

/** Said of the connection itself, and of nobody's business. */
const OWN = new Set(["hello", "pong", "subscribed", "unsubscribed"]);

export function concerns(event: Happened, what: Watched): boolean {
  if (OWN.has(event.kind)) {
    return false;
  }
  if (event.kind === "lost" || (event.kind === "missed" && isAboutAll(event))) {
    return true;
  }
  if (event.kind === "missed" || event.kind === "refused") {
    return keyOf(event) === keyOf(what);
  }
  if (what.execution) {
    return event.execution === what.execution;
  }
  return what.workflow ? event.workflow === what.workflow : what.workspace === true;
}

function isAboutAll(event: Happened): boolean {
  return !event.workflow && !event.execution && !event.workspace;
}
