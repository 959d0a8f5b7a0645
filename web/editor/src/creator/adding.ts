/** Adding what was chosen: the node, its place, its wires. */

import type { Document, DocumentDraft, NodePorts, Point } from "~/model/document";
import { findNode, nodesOf, placeOf, source, target } from "~/model/document";
import { connect, insertBetween } from "~/model/edit/edges";
import { addNode, moveNodes } from "~/model/edit/nodes";
import { downstream } from "~/model/graph";
import {
  bounds,
  freePlace,
  GAP_X,
  makeRoom,
  NODE_WIDTH,
  placeBehind,
  snapPoint,
} from "~/model/layout";
import { edgeOf } from "./fitting";
import type { Dragged, Wanted } from "./store";

export interface Adding {
  readonly id: string;
  readonly dragged: Dragged;
  readonly ports: NodePorts;
  readonly wanted: Wanted;
}

/** An edit that adds a node where it is wanted. */
export function adding(document: Document, { id, dragged, ports, wanted }: Adding) {
  const parent = parentOf(document, wanted);
  const edge = edgeOf(document, wanted.edge);
  const at = snapPoint(wanted.at ?? goodPlace(document, wanted));
  return (draft: DocumentDraft): void => {
    addNode(draft, {
      id,
      type: dragged.type,
      version: dragged.version,
      name: dragged.title,
      config: dragged.config,
      at,
      ...(parent ? { parent } : {}),
    });
    const input = ports.inputs[0]?.name;
    const output = ports.outputs[0]?.name;
    const { from, backwards } = wanted;
    if (edge && wanted.edge !== undefined) {
      input && output && insertBetween(draft, wanted.edge, id, { input, output });
      giveRoom(draft, document, target(edge).node, at);
    } else if (from && backwards) {
      output && connect(draft, { from: { node: id, port: output }, to: from });
    } else if (from) {
      input && connect(draft, { from, to: { node: id, port: input } });
    }
  };
}

function parentOf(document: Document, wanted: Wanted): string | undefined {
  const edge = edgeOf(document, wanted.edge);
  const beside = edge ? source(edge).node : (wanted.from?.node ?? "");
  return wanted.parent ?? findNode(document, beside)?.parent ?? undefined;
}

function goodPlace(document: Document, wanted: Wanted): Point {
  const edge = edgeOf(document, wanted.edge);
  if (edge) {
    const [x, y] = placeOf(document, source(edge).node);
    const [, targetY] = placeOf(document, target(edge).node);
    return [x + NODE_WIDTH + GAP_X, (y + targetY) / 2];
  }
  if (wanted.from) {
    return wanted.backwards
      ? before(document, wanted.from.node)
      : placeBehind(document, wanted.from.node);
  }
  if (wanted.parent) {
    return inside(document, wanted.parent);
  }
  const box = bounds(document);
  return box ? freePlace(document, [box.x + box.width + GAP_X, box.y]) : [0, 0];
}

function before(document: Document, node: string): Point {
  const [x, y] = placeOf(document, node);
  return freePlace(document, [x - NODE_WIDTH - GAP_X, y]);
}

/** Below the head of a container, behind what it holds already. */
function inside(document: Document, parent: string): Point {
  const held = nodesOf(document).filter((node) => node.parent === parent);
  const box = bounds(
    document,
    undefined,
    held.map((node) => node.id),
  );
  const [x, y] = placeOf(document, parent);
  return box ? [box.x + box.width + GAP_X, box.y] : [x + 32, y + 80];
}

/** What is behind the new node moves to the right, where it would lie under it. */
function giveRoom(draft: DocumentDraft, document: Document, next: string, at: Point): void {
  const [x] = placeOf(document, next);
  const missing = at[0] + NODE_WIDTH + GAP_X - x;
  if (missing > 0) {
    const behind = downstream(document, [next]);
    moveNodes(draft, makeRoom(document, behind, x, missing));
  }
}
