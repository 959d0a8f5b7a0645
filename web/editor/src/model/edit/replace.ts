/** Putting a node of another type in the place of one: what fits of it stays. */

import type { DocumentDraft, NodePorts, Port } from "../document";
import { withErrorPort } from "../ports";
import { assign, filled, nodeIn, setBlock } from "./draft";
import { type LanguagesOf, renameNode, uniqueName } from "./names";

export interface Replacement {
  readonly type: string;
  readonly version?: number;
  readonly title: string;
  readonly ports: NodePorts;
  /** Names of its parameters; left out: they are not known, and all values are kept. */
  readonly fields?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  /** Names of its credential slots. */
  readonly slots?: readonly string[];
  readonly container?: boolean;
}

/**
 * Replace a node. Its id, place and fixtures stay; so do the values of parameters that the new type has
 * too, and edges: by the name of their port, else by the first free port of their kind. A name that
 * only said what it was becomes the new title.
 */
export function replaceNode(
  draft: DocumentDraft,
  id: string,
  by: Replacement,
  before: { readonly title: string; readonly languages: LanguagesOf },
): void {
  const node = nodeIn(draft, id);
  if (!node) {
    return;
  }
  const kept = Object.entries(node.config ?? {}).filter(
    ([key]) => by.fields?.includes(key) ?? true,
  );
  const config = { ...Object.fromEntries(kept), ...structuredClone(by.config ?? {}) };
  node.type = by.type;
  assign(node, "version", by.version === 1 ? undefined : by.version);
  assign(node, "config", filled(config));
  const slots = Object.entries(node.credentials ?? {}).filter(([slot]) => by.slots?.includes(slot));
  assign(node, "credentials", filled(Object.fromEntries(slots)));
  refit(draft, id, withErrorPort(by.ports, node.settings?.on_error === "error_port"));
  if (new RegExp(`^${escaped(before.title)}( \\d+)?$`).test(node.name)) {
    renameNode(draft, id, uniqueName(draft, by.title), before.languages);
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function refit(draft: DocumentDraft, id: string, ports: NodePorts): void {
  const into = fitted(draft, id, "to", ports.inputs);
  const out = fitted(draft, id, "from", ports.outputs);
  const edges = draft.edges?.filter((edge) => {
    for (const [end, names] of [
      ["to", into],
      ["from", out],
    ] as const) {
      if (edge[end][0] === id) {
        const name = names.get(edge[end][1] ?? "main");
        if (name === undefined) {
          return false;
        }
        edge[end][1] = name;
      }
    }
    return true;
  });
  setBlock(draft, "edges", edges?.length ? edges : undefined);
}

/** Ports that have edges, to the ports that these get. */
function fitted(
  draft: DocumentDraft,
  id: string,
  end: "from" | "to",
  ports: readonly Port[],
): ReadonlyMap<string, string> {
  const used = new Map<string, string>();
  for (const edge of draft.edges ?? []) {
    if (edge[end][0] === id) {
      used.set(edge[end][1] ?? "main", edge.kind ?? "main");
    }
  }
  const found = new Map<string, string>();
  const fits = (kind: string) => (port: Port) => port.kind === kind;
  for (const [name, kind] of used) {
    if (ports.some((port) => port.name === name && port.kind === kind)) {
      found.set(name, name);
    }
  }
  for (const [name, kind] of used) {
    const isFree = ({ name: port }: Port) =>
      port !== "error" && ![...found.values()].includes(port);
    const free = ports.filter(fits(kind)).find(isFree);
    if (!found.has(name) && free && name !== "error") {
      found.set(name, free.name);
    }
  }
  return found;
}
