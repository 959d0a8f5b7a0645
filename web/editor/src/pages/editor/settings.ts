/** The settings of a workflow as a form: what each is, and what is written down of it. */

import type { Document, DocumentDraft } from "~/model/document";

export type Kind = "text" | "number" | "choice" | "check" | "workflow" | "words";

export interface Setting {
  /** Path into `settings`. */
  readonly path: string;
  readonly kind: Kind;
  readonly choices?: readonly string[];
  /** Counts where nothing is written. */
  readonly usual?: string;
  /** A number may be this, or more. */
  readonly least?: number;
  /** A number has to be more than this. */
  readonly above?: number;
  readonly most?: number;
  /** A number may be one between two whole ones. */
  readonly broken?: boolean;
}

export interface Part {
  readonly id: string;
  readonly settings: readonly Setting[];
}

export const PARTS: readonly Part[] = [
  {
    id: "running",
    settings: [
      { path: "timezone", kind: "text" },
      { path: "timeout_s", kind: "number", above: 0, broken: true },
      { path: "error_workflow", kind: "workflow" },
      {
        path: "order",
        kind: "choice",
        choices: ["parallel", "sequential", "legacy"],
        usual: "parallel",
      },
      { path: "max_parallel", kind: "number", usual: "8", least: 1, most: 1_000 },
      { path: "expressions", kind: "choice", choices: ["strict", "lenient"], usual: "strict" },
      { path: "max_iterations", kind: "number", usual: "10000", least: 1 },
      { path: "compensate", kind: "check" },
    ],
  },
  {
    id: "queue",
    settings: [
      { path: "priority", kind: "number", usual: "5", least: 0, most: 9 },
      { path: "concurrency.limit", kind: "number", least: 1 },
      { path: "concurrency.key", kind: "text" },
      {
        path: "concurrency.overflow",
        kind: "choice",
        choices: ["queue", "drop", "cancel_oldest"],
        usual: "queue",
      },
      { path: "sticky_key", kind: "text" },
      { path: "tags", kind: "words" },
    ],
  },
  {
    id: "keeping",
    settings: [
      { path: "save", kind: "choice", choices: ["all", "errors", "none"], usual: "all" },
      { path: "retention_days", kind: "number", least: 1 },
      { path: "retention_executions", kind: "number", least: 1 },
      { path: "durability", kind: "choice", choices: ["step", "execution"], usual: "step" },
    ],
  },
];

export type Values = Readonly<Record<string, string>>;

const ALL = PARTS.flatMap((part) => part.settings);

/** What the fields of the form show; empty: the usual. */
export function valuesOf(document: Document): Values {
  const settings: unknown = document.settings ?? {};
  const found: Record<string, string> = { description: document.description ?? "" };
  for (const { path, usual } of ALL) {
    const value = path.split(".").reduce<unknown>((at, key) => record(at)[key], settings);
    const text = Array.isArray(value) ? value.join(", ") : (value ?? "").toString();
    found[path] = text === usual ? "" : text;
  }
  return found;
}

/** Write down what the form says; what is usual is not written. */
export function writeValues(draft: DocumentDraft, values: Values): void {
  const description = values.description?.trim();
  if (description) {
    draft.description = description;
  } else {
    delete draft.description;
  }
  const next: Record<string, unknown> = {};
  for (const setting of ALL) {
    const value = parsed(setting, values[setting.path]?.trim() ?? "");
    if (value !== undefined) {
      put(next, setting.path.split("."), value);
    }
  }
  // Without a limit there is nothing to be said about what is beyond it.
  if (next.concurrency && record(next.concurrency).limit === undefined) {
    delete next.concurrency;
  }
  if (Object.keys(next).length > 0) {
    draft.settings = next;
  } else {
    delete draft.settings;
  }
}

export type Fault = "" | "number" | "whole" | "above" | "range";

/** The word for what is wrong with a value; empty: nothing is. */
export function faultOf(setting: Setting, text: string): Fault {
  if (setting.kind !== "number" || !text.trim()) {
    return "";
  }
  const value = Number(text);
  if (!Number.isFinite(value)) {
    return "number";
  }
  if (!setting.broken && !Number.isSafeInteger(value)) {
    return "whole";
  }
  if (setting.above !== undefined && value <= setting.above) {
    return "above";
  }
  const low = setting.least ?? Number.NEGATIVE_INFINITY;
  return value < low || value > (setting.most ?? Number.POSITIVE_INFINITY) ? "range" : "";
}

function parsed({ kind, usual }: Setting, text: string): unknown {
  if (!text || text === usual) {
    return undefined;
  }
  switch (kind) {
    case "number":
      return Number(text);
    case "check":
      return text === "true" ? true : undefined;
    case "words":
      return text
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean);
    default:
      return text;
  }
}

function put(
  into: Record<string, unknown>,
  [key = "", ...rest]: readonly string[],
  value: unknown,
) {
  if (rest.length === 0) {
    into[key] = value;
    return;
  }
  const inner: Record<string, unknown> = { ...record(into[key]) };
  put(inner, rest, value);
  into[key] = inner;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
