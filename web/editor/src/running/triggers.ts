/** Where a run can begin, and what it needs for that. */

import {
  type Document,
  edgesOf,
  type Item,
  type Node,
  type NodeType,
  nodesOf,
} from "~/model/document";

export type Types = ReadonlyMap<string, Pick<NodeType, "kind">>;

/**
 * How a run by hand begins at a trigger: at once; with items that somebody gives; or with a call
 * that comes in, too.
 */
export type Beginning = "at once" | "items" | "call";

const ASK: ReadonlySet<string> = new Set(["penstock/flow.called", "penstock/flow.input"]);

export function isTrigger(node: Node, types: Types): boolean {
  return types.get(node.type)?.kind.startsWith("trigger") ?? false;
}

/** The triggers that are on; a workflow without any begins at nodes that nothing leads to. */
export function startsOf(document: Document, types: Types): readonly Node[] {
  const on = nodesOf(document).filter((node) => !node.settings?.disabled && !node.parent);
  const triggers = on.filter((node) => isTrigger(node, types));
  if (triggers.length > 0) {
    return triggers;
  }
  const led = new Set(edgesOf(document).map((edge) => edge.to[0]));
  return on.filter((node) => !led.has(node.id));
}

export function beginningOf(node: Node, types: Types): Beginning {
  const kind = types.get(node.type)?.kind ?? "";
  if (kind === "trigger.webhook") {
    return "call";
  }
  const asks = kind === "trigger.event" || kind === "trigger.poll" || ASK.has(node.type);
  return asks ? "items" : "at once";
}

/** What is pinned to a node; empty: nothing. */
export function pinnedItems(document: Document, node: string): readonly Item[] {
  const set = document.fixtures?.[node]?.default;
  return Array.isArray(set) ? set : [];
}

/** The trigger to begin at: the one that is selected, else the one of last time, else the first. */
export function chosenStart(
  starts: readonly Node[],
  selected: ReadonlySet<string>,
  before: string,
): Node | undefined {
  return (
    starts.find((node) => selected.has(node.id)) ??
    starts.find((node) => node.id === before) ??
    starts[0]
  );
}

/** Which start leads to a node: the chosen one where it does, else any that does. */
export function startFor(
  document: Document,
  target: string,
  starts: readonly Node[],
  chosen: Node | undefined,
): Node | undefined {
  const leading = upstream(document, outermost(document, target));
  const able = starts.filter((node) => leading.has(node.id));
  return able.find((node) => node.id === chosen?.id) ?? able[0];
}

function outermost(document: Document, id: string): string {
  const byId = new Map(nodesOf(document).map((node) => [node.id, node]));
  let at = id;
  for (let depth = 0; depth < 50; depth += 1) {
    const parent = byId.get(at)?.parent;
    if (!parent) {
      break;
    }
    at = parent;
  }
  return at;
}

function upstream(document: Document, target: string): ReadonlySet<string> {
  const into = new Map<string, string[]>();
  for (const edge of edgesOf(document)) {
    const [from = "", to = ""] = [edge.from[0], edge.to[0]];
    into.set(to, [...(into.get(to) ?? []), from]);
  }
  const found = new Set([target]);
  for (const id of found) {
    for (const before of into.get(id) ?? []) {
      found.add(before);
    }
  }
  return found;
}

/** Items out of a text that somebody typed: a list or one, wrapped in `json` or plain. */
export function itemsOf(text: string): readonly Item[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const list = Array.isArray(value) ? value : [value];
  const items = list.map(asItem);
  return items.every((item) => item !== null) ? items : null;
}

function asItem(value: unknown): Item | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return null;
  }
  const names = Object.keys(value);
  const isWrapped =
    names.includes("json") && names.every((one) => one === "json" || one === "binary");
  return isWrapped ? (value as Item) : { json: value as Item["json"] };
}
