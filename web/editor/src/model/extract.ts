/**
 * Making a workflow of its own out of some nodes, which one node then calls.
 *
 * The rules:
 *
 * - Items enter at one node and leave from one port at most: that is what a call has.
 * - Expressions in the new workflow cannot see what stays outside. One that names the node before the
 *   first one names the start of the new workflow from then on, where both give the same items; any
 *   other keeps it from being done.
 * - Expressions outside that name the last node name the call from then on.
 */

import {
  type Document,
  type DocumentDraft,
  type Edge,
  edgesOf,
  type Node,
  nodesOf,
  type Point,
  source,
  target,
} from "./document";
import { connect } from "./edit/edges";
import { followNames, type LanguagesOf, newId, renamedConfig, uniqueName } from "./edit/names";
import { addNode, moveNodes, withContents } from "./edit/nodes";
import { removeNodes } from "./edit/remove";
import { namesUsed } from "./expression/references";
import { bounds, GAP_X, NODE_WIDTH } from "./layout";

export const CALLED = "penstock/flow.called";
export const EXECUTE = "penstock/flow.execute";
export const OUTPUT = "penstock/flow.output";

/** Why it cannot be done, and which nodes stand against it. */
export interface Refusal {
  readonly reason: /** Nothing is selected. */
    | "empty"
    /** A trigger is among them. */
    | "trigger"
    /** They are not all in the same container. */
    | "container"
    /** Items enter at several nodes. */
    | "entries"
    /** Items leave from several nodes or ports. */
    | "exits"
    /** A model, a tool or a memory is on the other side. */
    | "kinds"
    /** What leaves comes back in. */
    | "cycle"
    /** Expressions inside name nodes outside. */
    | "outside"
    /** Expressions outside name nodes inside. */
    | "inside";
  readonly nodes: readonly string[];
}

export interface Extraction {
  /** The new workflow; to be stored before the old one is changed. */
  readonly child: Document;
  /** Put the call in the place of the nodes; gives back its id. */
  readonly apply: (draft: DocumentDraft, workflow: string) => string;
}

export interface ExtractOptions {
  /** What the new workflow and the node that calls it are called. */
  readonly name: string;
  readonly languages: LanguagesOf;
  readonly isTrigger: (node: Node) => boolean;
  /** What the first node of the new workflow is called. */
  readonly startName: string;
  readonly outputName: string;
}

interface Cut {
  readonly inside: ReadonlySet<string>;
  readonly into: readonly Edge[];
  readonly out: readonly Edge[];
}

export function extract(
  document: Document,
  ids: Iterable<string>,
  options: ExtractOptions,
): Extraction | Refusal {
  const chosen = [...ids].filter((id) => nodesOf(document).some((node) => node.id === id));
  const inside = withContents(nodesOf(document), chosen);
  const crosses = (edge: Edge) => inside.has(source(edge).node) !== inside.has(target(edge).node);
  const crossing = edgesOf(document).filter(crosses);
  const cut: Cut = {
    inside,
    into: crossing.filter((edge) => inside.has(target(edge).node)),
    out: crossing.filter((edge) => inside.has(source(edge).node)),
  };
  return shapeFault(document, chosen, cut, options) ?? named(document, cut, options);
}

export function isRefusal(result: Extraction | Refusal): result is Refusal {
  return "reason" in result;
}

function shapeFault(
  document: Document,
  chosen: readonly string[],
  { inside, into, out }: Cut,
  options: ExtractOptions,
): Refusal | undefined {
  const nodes = nodesOf(document).filter((node) => inside.has(node.id));
  const triggers = nodes.filter(options.isTrigger);
  const parents = new Set(
    nodes
      .filter((node) => !node.parent || !inside.has(node.parent))
      .map((node) => node.parent ?? null),
  );
  const entries = new Set(into.map((edge) => edge.to.join("\u0000")));
  const exits = new Set(out.map((edge) => edge.from.join("\u0000")));
  const foreign = [...into, ...out].filter((edge) => (edge.kind ?? "main") !== "main");
  const refused = (reason: Refusal["reason"], ids: Iterable<string>): Refusal => ({
    reason,
    nodes: [...new Set(ids)],
  });
  if (chosen.length === 0) {
    return refused("empty", []);
  }
  if (triggers.length > 0) {
    return refused(
      "trigger",
      triggers.map((node) => node.id),
    );
  }
  if (parents.size > 1) {
    return refused("container", chosen);
  }
  if (foreign.length > 0) {
    return refused(
      "kinds",
      foreign.flatMap((edge) => [source(edge).node, target(edge).node]),
    );
  }
  if (entries.size > 1) {
    return refused(
      "entries",
      into.map((edge) => target(edge).node),
    );
  }
  if (exits.size > 1) {
    return refused(
      "exits",
      out.map((edge) => source(edge).node),
    );
  }
  return comesBack(document, { inside, into, out }) ? refused("cycle", chosen) : undefined;
}

/** Whether something that leaves leads in again, past nodes that stay. */
function comesBack(document: Document, { inside, into, out }: Cut): boolean {
  const before = new Set(into.map((edge) => source(edge).node));
  const seen = new Set<string>();
  const waiting = out.map((edge) => target(edge).node);
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (before.has(node)) {
      return true;
    }
    if (!seen.has(node) && !inside.has(node)) {
      seen.add(node);
      const next = edgesOf(document).filter((edge) => source(edge).node === node);
      waiting.push(...next.map((edge) => target(edge).node));
    }
  }
  return false;
}

/** The same with regard to names; then it can be done. */
function named(document: Document, cut: Cut, options: ExtractOptions): Extraction | Refusal {
  const { inside, into, out } = cut;
  const all = nodesOf(document);
  const within = all.filter((node) => inside.has(node.id));
  const names = new Set(within.map((node) => node.name));
  const known = new Map(all.map((node) => [node.name, node]));
  const uses = (node: Node) => namesUsed(node.config, options.languages(node));
  const before = onlySource(into, known);
  const outside = within.filter((node) =>
    [...uses(node)].some((name) => known.has(name) && !names.has(name) && name !== before?.name),
  );
  if (outside.length > 0) {
    return { reason: "outside", nodes: outside.map((node) => node.id) };
  }
  const last = out[0] ? all.find((node) => node.id === source(out[0] as Edge).node) : undefined;
  const rest = all.filter((node) => !inside.has(node.id));
  const asking = rest.filter((node) =>
    [...uses(node)].some((name) => names.has(name) && name !== last?.name),
  );
  if (asking.length > 0) {
    return { reason: "inside", nodes: asking.map((node) => node.id) };
  }
  return {
    child: childOf(document, cut, options, before),
    apply: (draft, workflow) => replaceByCall(draft, cut, options, workflow, last),
  };
}

/** The node that gives the same items as the start of the new workflow will. */
function onlySource(into: readonly Edge[], known: ReadonlyMap<string, Node>): Node | undefined {
  const sources = new Set(into.map((edge) => edge.from.join("\u0000")));
  const [first] = into;
  return sources.size === 1 && first
    ? [...known.values()].find((node) => node.id === source(first).node)
    : undefined;
}

function childOf(
  document: Document,
  { inside, into, out }: Cut,
  options: ExtractOptions,
  before: Node | undefined,
): Document {
  const within = nodesOf(document).filter((node) => inside.has(node.id));
  const start = {
    id: newId(document, CALLED),
    name: free(within, options.startName),
    type: CALLED,
  };
  const renames = new Map(before ? [[before.name, start.name]] : []);
  const nodes = within.map((node) => moved(node, inside, renames, options.languages));
  const entry = into[0]?.to ?? firstOf(document, inside);
  const box = bounds(document, undefined, inside) ?? { x: 0, y: 0, width: 0, height: 0 };
  const layout: Record<string, readonly number[]> = {
    [start.id]: [box.x - NODE_WIDTH - GAP_X, box.y],
  };
  for (const id of inside) {
    const place = document.layout?.[id];
    if (place) {
      layout[id] = place;
    }
  }
  const edges: Edge[] = edgesOf(document).filter(
    (edge) => inside.has(source(edge).node) && inside.has(target(edge).node),
  );
  const added: Node[] = [start];
  if (entry) {
    edges.unshift({ from: [start.id, "main"], to: [...entry] });
  }
  const exit = out[0]?.from;
  if (exit) {
    const output = {
      id: newId(document, OUTPUT),
      name: free([...within, start], options.outputName),
      type: OUTPUT,
    };
    added.push(output);
    edges.push({ from: [...exit], to: [output.id, "main"] });
    layout[output.id] = [box.x + box.width + GAP_X, box.y];
  }
  const { settings } = document;
  const pinned = Object.entries(document.fixtures ?? {}).filter(([id]) => inside.has(id));
  return {
    format: "penstock/1",
    name: options.name,
    nodes: [start, ...nodes, ...added.slice(1)],
    edges,
    layout,
    ...(settings ? { settings: ofEvery(settings) } : {}),
    ...(pinned.length > 0 ? { fixtures: Object.fromEntries(pinned) } : {}),
  };
}

/** What holds for expressions and times; how often and how long it may run is the caller's business. */
function ofEvery(settings: NonNullable<Document["settings"]>) {
  const { timezone, expressions, order } = settings;
  return {
    ...(timezone ? { timezone } : {}),
    ...(expressions ? { expressions } : {}),
    ...(order ? { order } : {}),
  };
}

function free(nodes: readonly Node[], wanted: string): string {
  return uniqueName({ format: "penstock/1", name: "", nodes }, wanted);
}

function moved(
  node: Node,
  inside: ReadonlySet<string>,
  renames: ReadonlyMap<string, string>,
  languages: LanguagesOf,
): Node {
  const { parent, config, ...rest } = node;
  return {
    ...rest,
    ...(config ? { config: renamedConfig(config, renames, languages(node)) } : {}),
    ...(parent && inside.has(parent) ? { parent } : {}),
  };
}

/** Where items enter that nothing leads into: the node that stands first. */
function firstOf(document: Document, inside: ReadonlySet<string>): readonly string[] | undefined {
  const entered = new Set(edgesOf(document).map((edge) => target(edge).node));
  const first = nodesOf(document).find(
    (node) => inside.has(node.id) && !entered.has(node.id) && !inside.has(node.parent ?? ""),
  );
  return first ? [first.id, "main"] : undefined;
}

function replaceByCall(
  draft: DocumentDraft,
  { inside, into, out }: Cut,
  options: ExtractOptions,
  workflow: string,
  last: Node | undefined,
): string {
  const box = bounds(draft as Document, undefined, inside);
  const at: Point = [box?.x ?? 0, box?.y ?? 0];
  const parent = draft.nodes?.find((node) => inside.has(node.id) && !inside.has(node.parent ?? ""));
  const holder = parent?.parent ?? undefined;
  removeNodes(draft, inside, { relink: false });
  const id = addNode(draft, {
    type: EXECUTE,
    name: options.name,
    config: { workflow },
    at,
    ...(holder ? { parent: holder } : {}),
  });
  for (const edge of into) {
    connect(draft, { from: source(edge), to: { node: id, port: "main" } });
  }
  for (const edge of out) {
    connect(draft, { from: { node: id, port: "main" }, to: target(edge) });
  }
  const call = draft.nodes?.find((node) => node.id === id);
  if (last && call) {
    followNames(draft, new Map([[last.name, call.name]]), options.languages);
  }
  moveNodes(draft, [[id, at]]);
  return id;
}
