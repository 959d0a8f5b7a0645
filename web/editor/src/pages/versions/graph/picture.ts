/** A workflow as a small picture: boxes and lines, without a canvas. */

import { boxesOf } from "~/canvas/view/places";
import {
  type Document,
  type Edge,
  edgeId,
  edgesOf,
  nodesOf,
  source,
  target,
} from "~/model/document";
import { around, type Box } from "~/model/layout";

export interface Drawn {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly box: Box;
  /** It is drawn around others. */
  readonly holds: boolean;
}

export interface Line {
  readonly id: string;
  readonly edge: Edge;
  readonly path: string;
}

export interface Picture {
  /** Containers first, so that what they hold lies over them. */
  readonly nodes: readonly Drawn[];
  readonly lines: readonly Line[];
  readonly view: Box;
}

const HEIGHT = 64;
const ROOM = 24;

/** Whether an answer of the server is the text of a workflow. */
export function isDocument(
  read: Readonly<Record<string, unknown>>,
): read is Document & typeof read {
  return read.format === "penstock/1" && typeof read.name === "string";
}

export function pictureOf(document: Document): Picture {
  const boxes = boxesOf(document, { heightOf: () => HEIGHT, isContainer: () => false });
  const parents = new Set(nodesOf(document).map((node) => node.parent));
  const nodes = nodesOf(document).flatMap(({ id, name, type }) => {
    const box = boxes.get(id);
    return box ? [{ id, name, type, box, holds: parents.has(id) }] : [];
  });
  const area = (one: Drawn) => (one.holds ? one.box.width * one.box.height : 0);
  const view = around(boxes.values()) ?? { x: 0, y: 0, width: 320, height: 160 };
  return {
    nodes: nodes.sort((one, other) => area(other) - area(one)),
    lines: edgesOf(document).flatMap((edge) => {
      const path = between(boxes.get(source(edge).node), boxes.get(target(edge).node));
      return path ? [{ id: edgeId(edge), edge, path }] : [];
    }),
    view: {
      x: view.x - ROOM,
      y: view.y - ROOM,
      width: view.width + 2 * ROOM,
      height: view.height + 2 * ROOM,
    },
  };
}

/** From the right side of one box to the left side of another, as a soft line. */
function between(from: Box | undefined, to: Box | undefined): string {
  if (!from || !to) {
    return "";
  }
  const [x1, y1] = [from.x + from.width, from.y + HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + HEIGHT / 2];
  const bend = Math.max(40, Math.abs(x2 - x1) / 2);
  return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
}

/** As much of a name as has room. */
export function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}
