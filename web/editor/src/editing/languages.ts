/** Which parameters hold code that may name nodes, as far as the node types are known. */

import { cache } from "~/api/queries";
import type { Node, NodeType } from "~/model/document";
import type { Language, Languages } from "~/model/expression";

const NONE: Languages = {};

function isLanguage(word: string): word is Language {
  return word === "javascript" || word === "python";
}

/** For edits that rewrite names: `renameNode(draft, id, name, languagesOf)`. */
export function languagesOf(node: Node): Languages {
  const types = cache.getQueryData<ReadonlyMap<string, NodeType>>(["node-types"]);
  const code = types?.get(node.type)?.code;
  if (!code) {
    return NONE;
  }
  const known = Object.entries(code).flatMap(([key, word]) =>
    isLanguage(word) ? [[key, word] as const] : [],
  );
  return Object.fromEntries(known);
}
