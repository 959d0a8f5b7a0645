/** How large things on the canvas are: known without measuring, so that nothing waits for that. */

import type { NodePorts, Port } from "~/model/document";
import { NODE_HEIGHT, NODE_WIDTH } from "~/model/layout";

export const CARD_WIDTH = NODE_WIDTH;
export const HEAD = NODE_HEIGHT;
const ROW = 24;
const LAST_ROW = 8;
/** Room that a container leaves around its body. */
export const BODY = { left: 48, top: 24, right: 64, bottom: 32 } as const;
export const EMPTY_BODY = { width: 352, height: 144 } as const;
export const GROUP_PADDING = { side: 24, top: 48, bottom: 24 } as const;
/** The dot of a port, and how far the border of a card moves it in: as they are drawn, so that no edge jumps when its node comes into sight. */
export const HANDLE = 12;
export const BORDER = 1;

/** Ports have lines of their own where a side has more than one. */
export function hasRows(ports: readonly Port[]): boolean {
  return ports.length > 1;
}

export function rowsOf({ inputs, outputs }: NodePorts): number {
  return Math.max(hasRows(inputs) ? inputs.length : 0, hasRows(outputs) ? outputs.length : 0);
}

/** Height of a node without a body, or of the head of a container. */
export function heightOf(ports: NodePorts): number {
  const rows = rowsOf(ports);
  return HEAD + (rows > 0 ? rows * ROW + LAST_ROW : 0);
}

/** How far below the top of its node the middle of a port lies. */
export function heightOfPort(ports: readonly Port[], index: number): number {
  return hasRows(ports) ? HEAD + index * ROW + ROW / 2 : HEAD / 2;
}
