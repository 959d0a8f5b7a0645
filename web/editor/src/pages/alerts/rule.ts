/** An alert rule as somebody enters it, in the units that people use. No React in it. */

import type { models } from "~/api/client";

export type Kind = models.AlertGiven["kind"];
export type Channel = "webhook" | "email";

export const KINDS: readonly Kind[] = [
  "failure_rate",
  "latency_p95",
  "queue_age",
  "no_executions",
  "credentials_due",
];
/** Lengths of time to choose from, in seconds. */
export const WINDOWS = [300, 900, 3_600, 21_600, 86_400] as const;
export const COOLDOWNS = [0, 900, 3_600, 21_600, 86_400, 604_800] as const;

export interface Entered {
  readonly name: string;
  readonly kind: Kind;
  /** In the unit of the kind: percent, seconds or a number. */
  readonly threshold: string;
  readonly windowS: number;
  readonly cooldownS: number;
  readonly least: string;
  readonly workflow: string;
  readonly channel: Channel;
  readonly target: string;
  readonly disabled: boolean;
}

export type Wrong = "missing" | "url" | "email" | "percent" | "positive" | "whole";

/** Kinds that look at a length of time. */
export function hasWindow(kind: Kind): boolean {
  return kind === "failure_rate" || kind === "latency_p95" || kind === "no_executions";
}

/** Kinds that say nothing with too few executions. */
export function hasLeast(kind: Kind): boolean {
  return kind === "failure_rate" || kind === "latency_p95";
}

export function hasThreshold(kind: Kind): boolean {
  return kind !== "no_executions";
}

/** Kinds that can be about one workflow. */
export function hasWorkflow(kind: Kind): boolean {
  return kind !== "credentials_due";
}

const PRESETS: Readonly<Record<Kind, string>> = {
  failure_rate: "10",
  latency_p95: "60",
  queue_age: "60",
  no_executions: "",
  credentials_due: "0",
};

export function presetOf(kind: Kind): string {
  return PRESETS[kind];
}

export function begun(rule?: models.AlertsRule): Entered {
  const kind = rule?.kind ?? "failure_rate";
  const known = rule && hasThreshold(kind);
  const threshold = kind === "failure_rate" ? percent(rule?.threshold ?? 0) : rule?.threshold;
  return {
    name: rule?.name ?? "",
    kind,
    threshold: known ? String(threshold) : presetOf(kind),
    windowS: rule?.window_s ?? 900,
    cooldownS: rule?.cooldown_s ?? 3_600,
    least: String(rule?.least ?? 5),
    workflow: rule?.workflow_id ?? "",
    channel: rule?.channel ?? "webhook",
    target: rule?.target ?? "",
    disabled: rule?.disabled ?? false,
  };
}

/** Without the digits that a share in binary brings along. */
function percent(share: number): number {
  return Number((share * 100).toFixed(4));
}

function wrongThreshold({ kind, threshold }: Entered): Wrong | null {
  if (!hasThreshold(kind)) {
    return null;
  }
  const found = Number(threshold);
  if (!threshold.trim()) {
    return "missing";
  }
  if (kind === "failure_rate") {
    return found >= 0 && found <= 100 ? null : "percent";
  }
  if (kind === "credentials_due") {
    return Number.isInteger(found) && found >= 0 ? null : "whole";
  }
  return found >= 0 ? null : "positive";
}

function wrongTarget({ channel, target }: Entered): Wrong | null {
  const text = target.trim();
  if (!text) {
    return "missing";
  }
  if (channel === "email") {
    return /^[^\s@]+@[^\s@]+$/.test(text) ? null : "email";
  }
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? null : "url";
}

export function wrongs(entered: Entered): Readonly<Partial<Record<keyof Entered, Wrong>>> {
  const least = Number(entered.least);
  const found: Partial<Record<keyof Entered, Wrong | null>> = {
    name: entered.name.trim() ? null : "missing",
    threshold: wrongThreshold(entered),
    target: wrongTarget(entered),
    least: hasLeast(entered.kind) && !(Number.isInteger(least) && least >= 1) ? "whole" : null,
  };
  return Object.fromEntries(
    Object.entries(found).filter((one): one is [keyof Entered, Wrong] => one[1] !== null),
  );
}

export function given(entered: Entered): models.AlertGiven {
  const { kind } = entered;
  const threshold = hasThreshold(kind) ? Number(entered.threshold) : 0;
  return {
    name: entered.name.trim(),
    kind,
    threshold: kind === "failure_rate" ? threshold / 100 : threshold,
    window_s: entered.windowS,
    cooldown_s: entered.cooldownS,
    least: hasLeast(kind) ? Number(entered.least) : 1,
    workflow_id: hasWorkflow(kind) ? entered.workflow : "",
    channel: entered.channel,
    target: entered.target.trim(),
    disabled: entered.disabled,
  };
}

/** A rule as it is, to be changed in one thing. */
export function asGiven(rule: models.AlertsRule): models.AlertGiven {
  const { name, kind, threshold, window_s, cooldown_s, least } = rule;
  const { workflow_id, channel, target, disabled } = rule;
  return {
    ...{ name, kind, threshold, window_s, cooldown_s, least },
    ...{ workflow_id, channel, target, disabled },
  };
}

/** Those that fire first, then those that are on, by name. */
export function ordered(rules: readonly models.AlertsRule[]): readonly models.AlertsRule[] {
  const rank = (rule: models.AlertsRule) => (rule.disabled ? 2 : rule.state === "firing" ? 0 : 1);
  return rules.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
