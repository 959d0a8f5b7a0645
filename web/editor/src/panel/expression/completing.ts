/** What may come next in an expression: names, and the fields that the data really has. */

import { isRecord, type JsonRecord, kindOf } from "~/data/kinds";
import { pathText } from "~/model/expression";
import { MEMBERS, METHODS, NODE_MEMBERS, ROOTS } from "./names";

export interface Completing {
  /** The item that comes in; null: nobody knows one yet. */
  readonly json: JsonRecord | null;
  /** Names of the nodes that ran before. */
  readonly nodes: readonly string[];
  /** An item that one of them put out. */
  readonly itemOf: (node: string) => JsonRecord | null;
  /** Names of the workspace's variables. */
  readonly variables: readonly string[];
}

export const NO_DATA: Completing = {
  json: null,
  nodes: [],
  itemOf: () => null,
  variables: [],
};

export interface Proposal {
  readonly label: string;
  readonly kind: "field" | "method" | "name" | "node";
  /** An example of what it holds. */
  readonly detail?: unknown;
  /** What is written, where that is not the label. */
  readonly apply?: string;
}

export interface Proposals {
  /** How many characters before the cursor they take the place of. */
  readonly over: number;
  readonly list: readonly Proposal[];
}

const KEYS = String.raw`((?:\.[A-Za-z_$][\w$]*|\["(?:[^"\\]|\\.)*"\]|\[\d+\])*)`;
const NODE = String.raw`\$\((?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\)`;
const ITEM = String.raw`\.(?:item|first\(\)|last\(\)|itemMatching\([^)]*\))`;
const OF_NODE = new RegExp(String.raw`${NODE}${ITEM}\.json${KEYS}\.([\w$]*)$`);
const OF_INPUT = new RegExp(String.raw`(?:\$json|\$data|\$input${ITEM}\.json)${KEYS}\.([\w$]*)$`);
const DATE =
  /(?:\$now|\$today|DateTime\.\w+\([^)]*\)|toDateTime\([^)]*\))(?:\.\w+\([^)]*\))*\.(\w*)$/;

/** What may follow the code before the cursor. */
export function propose(before: string, known: Completing): Proposals | null {
  const naming = /\$\(['"]([^'"]*)$/.exec(before);
  if (naming) {
    return named(known.nodes, naming[1] ?? "");
  }
  const ofNode = OF_NODE.exec(before);
  if (ofNode) {
    const [, single, double, keys = "", word = ""] = ofNode;
    return members(at(known.itemOf(unquoted(single ?? double ?? "")), keys), word);
  }
  const ofInput = OF_INPUT.exec(before);
  if (ofInput) {
    const [, keys = "", word = ""] = ofInput;
    return members(at(known.json, keys), word);
  }
  return fromNames(before, known);
}

function fromNames(before: string, known: Completing): Proposals | null {
  const item = new RegExp(String.raw`(?:\$input|${NODE})${ITEM}\.(\w*)$`).exec(before);
  if (item) {
    return plain(["json", "binary"], item.at(-1) ?? "");
  }
  const node = new RegExp(String.raw`${NODE}\.(\w*)$`).exec(before);
  if (node) {
    return plain(NODE_MEMBERS, node.at(-1) ?? "");
  }
  const date = DATE.exec(before);
  if (date) {
    return plain(METHODS.date ?? [], date[1] ?? "");
  }
  const variable = /\$vars\.(\w*)$/.exec(before);
  if (variable) {
    return plain(known.variables, variable[1] ?? "");
  }
  const member = /(?:^|[^\w$.)])(\$?[A-Za-z]\w*)\.(\w*)$/.exec(before);
  if (member) {
    const list = MEMBERS[member[1] ?? ""];
    return list ? plain(list, member[2] ?? "") : null;
  }
  const root = /(?:^|[^\w$.'"])(\$\w*|[A-Za-z]\w+)$/.exec(before);
  return root ? plain(ROOTS, root[1] ?? "") : null;
}

function named(nodes: readonly string[], word: string): Proposals {
  const list = nodes.map(
    (node): Proposal => ({ label: node, kind: "node", apply: `${escaped(node)}').` }),
  );
  return { over: word.length, list };
}

function plain(names: readonly string[], word: string): Proposals {
  const list = names.map(
    (label): Proposal => ({
      label,
      kind: label.includes("(") ? "method" : "name",
    }),
  );
  return { over: word.length, list };
}

function members(value: unknown, word: string): Proposals {
  // Of what nobody knows nothing can be said.
  const methods = value === undefined ? [] : (METHODS[kindOf(value)] ?? []);
  const fields = isRecord(value) ? Object.entries(value) : [];
  return {
    over: word.length,
    list: [
      ...fields.map(([name, one]): Proposal => fieldProposal(name, one)),
      ...methods.map((label): Proposal => ({ label, kind: "method" })),
      // A text that is a moment is a text as well.
      ...(kindOf(value) === "time"
        ? (METHODS.text ?? []).map((label): Proposal => ({ label, kind: "method" }))
        : []),
    ],
  };
}

function fieldProposal(name: string, value: unknown): Proposal {
  const text = pathText([name]);
  // What is no plain word takes the dot's place as well; the caller removes the dot.
  return text.startsWith("[")
    ? { label: name, kind: "field", detail: value, apply: text }
    : { label: name, kind: "field", detail: value };
}

/** The value that keys lead to. */
function at(root: unknown, keys: string): unknown {
  let value: unknown = root;
  for (const [, word, text, index] of keys.matchAll(
    /\.([\w$]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]/g,
  )) {
    const key = word ?? (text === undefined ? Number(index) : unquoted(text));
    value = Array.isArray(value) ? value[Number(key)] : isRecord(value) ? value[key] : undefined;
  }
  return value;
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

function escaped(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/'/g, "\\'");
}
