/** Going from node to node by arrows, and selecting along the flow. */

import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { edgeId, edgesOf, findNode, nodesOf } from "~/model/document";
import { downstream, upstream } from "~/model/graph";
import { type Direction, nextEdge, walk } from "~/model/walk";
import { announce } from "../announce/announce";
import { placed } from "../view/placed";
import type { Scene } from "../view/useScene";
import { onlyEdge, onlyThing, selectedNodes } from "./selection";
import { focusEdge, useReveal } from "./useReveal";
import { useRevealEdge } from "./useRevealEdge";

export function useWalking(scene: Scene): void {
  const { t } = useTranslation();
  const reveal = useReveal(scene);
  const revealEdge = useRevealEdge(scene);
  const go = (direction: Direction) => () => {
    const editing = useEditing.getState();
    const document = placed(editing.history.document, scene.boxes);
    const edge = edgesOf(document).find((one) => edgeId(one) === onlyEdge(editing));
    if (edge && (direction === "left" || direction === "right")) {
      reveal((direction === "left" ? edge.from[0] : edge.to[0]) ?? "");
      return;
    }
    const from = onlyThing(editing) || selectedNodes(editing)[0] || "";
    const next = walk(document, from, direction);
    next && reveal(next);
  };
  useCommand("walk.up", go("up"));
  useCommand("walk.down", go("down"));
  useCommand("walk.left", go("left"));
  useCommand("walk.right", go("right"));
  const spread = (along: typeof upstream) => () => {
    const editing = useEditing.getState();
    const found = new Set(selectedNodes(editing));
    for (const id of along(editing.history.document, found)) {
      found.add(id);
    }
    editing.select(found);
    announce(t("canvas.selectedCount", { count: found.size }));
  };
  useCommand("select.upstream", spread(upstream));
  useCommand("select.downstream", spread(downstream));
  useCommand("select.edge", () => {
    const editing = useEditing.getState();
    const [node = ""] = selectedNodes(editing);
    const { document } = editing.history;
    const next = nextEdge(document, { node, edge: onlyEdge(editing) });
    if (next) {
      const nameOf = (id: string | undefined) => findNode(document, id ?? "")?.name ?? "";
      editing.select([], [edgeId(next)]);
      revealEdge([next.from[0] ?? "", next.to[0] ?? ""]);
      // It may have to be drawn first.
      requestAnimationFrame(() => requestAnimationFrame(() => focusEdge(edgeId(next))));
      const names = { from: nameOf(next.from[0]), to: nameOf(next.to[0]) };
      announce(t("canvas.saidEdge", names));
    }
  });
  useCommand("select.all", () => {
    const { history, select } = useEditing.getState();
    const { document } = history;
    const all = [...nodesOf(document), ...(document.notes ?? []), ...(document.groups ?? [])];
    select(all.map((one) => one.id));
    announce(t("canvas.selectedCount", { count: all.length }));
  });
}
