/** What can come of a call instead of an answer. */

/** What a server says of a call that it did not do. */
export interface Problem {
  readonly status: number;
  /** Says what it is, and stays the same over versions. */
  readonly code: string;
  readonly title: string;
  /** What happened. */
  readonly detail: string;
  /** How to get unstuck; may be empty. */
  readonly hint: string;
  /** Where in the request: `body.name`. */
  readonly field: string;
  /** What is wrong with a document, one by one. */
  readonly findings: readonly unknown[];
  /** By which the log of the server has more. */
  readonly requestId: string;
}

/** Base of all of these. */
export class CallFailed extends Error {
  override readonly name: string = "CallFailed";
}

/** There was no answer, after all attempts. */
export class Unreachable extends CallFailed {
  override readonly name: string = "Unreachable";
}

/** The answer is not what this client was made for: its version does not fit the server's. */
export class NotUnderstood extends CallFailed {
  override readonly name: string = "NotUnderstood";
}

/** The server answered that it did not do it. */
export class Refused extends CallFailed {
  override readonly name: string = "Refused";
  /** All that it said. */
  readonly problem: Problem;

  constructor(problem: Problem) {
    const said = problem.detail || problem.title || `The server answered ${problem.status}.`;
    const coded = problem.code ? `${said} (${problem.code})` : said;
    super(problem.hint ? `${coded}\n${problem.hint}` : coded);
    this.problem = problem;
  }

  /** Says what it is, and stays the same over versions. */
  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** How to get unstuck; may be empty. */
  get hint(): string {
    return this.problem.hint;
  }
}

/** There is no token, or it is not good any more. */
export class SignInNeeded extends Refused {
  override readonly name: string = "SignInNeeded";
}

/** The token does not allow it. */
export class Denied extends Refused {
  override readonly name: string = "Denied";
}

/** It is not there, or not any more, or not for this token. */
export class NotFound extends Refused {
  override readonly name: string = "NotFound";
}

/** It is not in the state for this. */
export class Conflict extends Refused {
  override readonly name: string = "Conflict";
}

/** Somebody else changed it since it was read; or the call does not say when it was read. */
export class Changed extends Refused {
  override readonly name: string = "Changed";
}

/** What was sent does not fit; `problem.field` and `problem.findings` tell where. */
export class NotValid extends Refused {
  override readonly name: string = "NotValid";
}

/** Too many calls at once, and waiting as told did not help. */
export class TooMuch extends Refused {
  override readonly name: string = "TooMuch";
}

/** The server could not do it, without the caller being at fault. */
export class ServerFailed extends Refused {
  override readonly name: string = "ServerFailed";
}

const KINDS: ReadonlyMap<number, typeof Refused> = new Map([
  [400, NotValid],
  [401, SignInNeeded],
  [403, Denied],
  [404, NotFound],
  [409, Conflict],
  [410, NotFound],
  [412, Changed],
  [413, NotValid],
  [422, NotValid],
  [423, Conflict],
  [428, Changed],
  [429, TooMuch],
]);

/** The error for an answer that is no success. */
export function refusal(status: number, text: string): Refused {
  const kind = status >= 500 ? ServerFailed : (KINDS.get(status) ?? Refused);
  return new kind(problemOf(status, text));
}

function problemOf(status: number, text: string): Problem {
  let said: Readonly<Record<string, unknown>>;
  try {
    const read: unknown = JSON.parse(text);
    said = isRecord(read) ? read : { detail: text.slice(0, 500) };
  } catch {
    // What stands between the server and us answers in words of its own.
    said = { detail: text.slice(0, 500) };
  }
  const word = (name: string): string => {
    const value = said[name];
    return typeof value === "string" ? value : "";
  };
  return {
    status,
    code: word("code"),
    title: word("title"),
    detail: word("detail"),
    hint: word("hint"),
    field: word("field"),
    findings: Array.isArray(said["findings"]) ? said["findings"] : [],
    requestId: word("request_id"),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
