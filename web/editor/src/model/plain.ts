/**
 * A document without what equals its default: what the server writes and compares.
 *
 * The defaults are those of `docs/schema/penstock-1.schema.json`; a test compares the two.
 */

import type { Document } from "./document";

type Values = Readonly<Record<string, unknown>>;

const RETRY: Values = {
  max_attempts: 3,
  first_delay_s: 1,
  factor: 2,
  max_delay_s: 300,
  jitter: 0.2,
};

const NODE_SETTINGS: Values = {
  on_error: "stop",
  failed_item: "with_error",
  retry: null,
  timeout_s: null,
  disabled: false,
  always_output: false,
  execute_once: false,
  budget: null,
  breakpoint: false,
  cache_s: null,
  max_iterations: null,
};

export const WORKFLOW_SETTINGS: Values = {
  timezone: null,
  timeout_s: null,
  order: "parallel",
  max_parallel: 8,
  expressions: "strict",
  durability: "step",
  error_workflow: null,
  concurrency: null,
  sticky_key: null,
  priority: 5,
  save: "all",
  retention_days: null,
  retention_executions: null,
  compensate: false,
  max_iterations: 10_000,
  tags: [],
};

const EMPTY_TEST: Values = {
  start: null,
  to: null,
  input: [],
  fixtures: null,
  mocks: {},
  expected: {},
  status: "success",
  error: null,
};

/** The document as plain values, defaults left out. */
export function plain(document: Document): Record<string, unknown> {
  const { settings, nodes, edges, notes, groups, comments, tests, ...rest } = document;
  const blocks = {
    ...rest,
    nodes: (nodes ?? []).map((node) => plainNode(node)),
    edges: (edges ?? []).map((edge) => stripped(edge, { kind: "main", back: false })),
    notes: (notes ?? []).map((note) =>
      stripped(note, { text: "", width: null, height: null, color: null }),
    ),
    groups: (groups ?? []).map((group) =>
      stripped(group, { title: "", nodes: [], color: null, collapsed: false }),
    ),
    comments: (comments ?? []).map((comment) =>
      stripped(comment, {
        node: null,
        edge: null,
        author: null,
        at: null,
        resolved: false,
        answers: null,
      }),
    ),
    tests: (tests ?? []).map((test) => stripped(test, EMPTY_TEST)),
    settings: plainSettings(settings),
  };
  const empty = ["nodes", "edges", "notes", "groups", "comments", "tests"].map((key) => [key, []]);
  const maps = ["fixtures", "layout", "lock", "settings"].map((key) => [key, {}]);
  return stripped(blocks, { description: "", ...Object.fromEntries([...empty, ...maps]) });
}

function plainNode(node: NonNullable<Document["nodes"]>[number]): Values {
  const settings = stripped(node.settings ?? {}, NODE_SETTINGS);
  const retry = settings.retry;
  if (typeof retry === "object" && retry !== null) {
    settings.retry = stripped(retry, RETRY);
  }
  const budget = settings.budget;
  if (typeof budget === "object" && budget !== null) {
    settings.budget = stripped(budget, Object.fromEntries(nulls(budget)));
  }
  return stripped(
    { ...node, settings },
    { version: 1, config: {}, credentials: {}, settings: {}, parent: null },
  );
}

function plainSettings(settings: Document["settings"]): Values {
  const found = stripped(settings ?? {}, WORKFLOW_SETTINGS);
  const concurrency = found.concurrency;
  if (typeof concurrency === "object" && concurrency !== null) {
    found.concurrency = stripped(concurrency, { key: null, overflow: "queue" });
  }
  return found;
}

function nulls(value: object): [string, null][] {
  return Object.keys(value).map((key) => [key, null]);
}

function stripped(value: object, defaults: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, one]) => one !== undefined && !(key in defaults && isSame(one, defaults[key])),
    ),
  );
}

function isSame(value: unknown, other: unknown): boolean {
  if (value === null || typeof value !== "object") {
    return value === other;
  }
  const isEmpty = (Array.isArray(value) ? value : Object.keys(value)).length === 0;
  return (
    isEmpty &&
    typeof other === "object" &&
    other !== null &&
    Array.isArray(value) === Array.isArray(other)
  );
}
