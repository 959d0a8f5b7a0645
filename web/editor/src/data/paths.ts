/** Paths into the data of an item, and how they are dragged. */

import { fieldCode, type Path, pathText } from "~/model/expression";

export type { Path };
export const written = pathText;

/** Whose item a field is in: the one that a node takes, or that of a node which ran before. */
export interface Origin {
  /** Name of the node; empty: the item that is taken now. */
  readonly node: string;
}

/** `$json.a`, or `$('Fetch').item.json.a`. */
export function expressionPath(origin: Origin, path: Path): string {
  return fieldCode(origin.node ? { path, node: origin.node } : { path });
}

/** What is carried when a field is dragged: the path for us, a template for everything else. */
export const DRAGGED = "application/penstock-path";

export function drag(transfer: DataTransfer, expression: string): void {
  transfer.setData(DRAGGED, expression);
  transfer.setData("text/plain", `{{ ${expression} }}`);
  transfer.effectAllowed = "copy";
}
