/** What is looked for in the audit log, as the address of the page has it; pure. */

export interface Wanted {
  readonly action: string;
  readonly actor: string;
  readonly target: string;
  /** Days: `2026-11-21`; empty: from the begin, until now. */
  readonly since: string;
  readonly until: string;
  readonly organization: boolean;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function wantedOf(search: Readonly<Record<string, unknown>>): Wanted {
  const text = (name: string) => (typeof search[name] === "string" ? search[name] : "");
  const day = (name: string) => (DAY.test(text(name)) ? text(name) : "");
  return {
    action: text("action"),
    actor: text("actor"),
    target: text("target"),
    since: day("since"),
    until: day("until"),
    organization: search.organization === true,
  };
}
