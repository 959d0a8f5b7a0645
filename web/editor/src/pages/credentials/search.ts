/** What the address of the screen says. */
export interface Filter {
  readonly search: string;
  readonly type: string;
  readonly overdue: boolean;
  /** Which credential is open, and on which of its tabs. */
  readonly open: string;
  readonly tab: string;
  /** Of which type a new one is being made; `any`: it is not chosen yet. */
  readonly begin: string;
}

export function filterOf(asked: Readonly<Record<string, unknown>>): Filter {
  const text = (name: string) => (typeof asked[name] === "string" ? asked[name] : "");
  return {
    search: text("search"),
    type: text("type"),
    overdue: asked.overdue === true,
    open: text("open"),
    tab: text("tab"),
    begin: text("new"),
  };
}
