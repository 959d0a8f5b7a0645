/** Connecting by pointer: valid ends light up, a wire let go over nothing asks what should follow. */

import type {
  Connection,
  FinalConnectionState,
  Edge as FlowEdge,
  IsValidConnection,
  OnConnectStart,
} from "@xyflow/react";
import { useReactFlow } from "@xyflow/react";
import { useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNodeTypes } from "~/api/queries";
import { useCreator } from "~/creator";
import { useEditing } from "~/editing/store";
import type { End } from "~/model/document";
import { connect, reconnect } from "~/model/edit/edges";
import { loopTest } from "~/model/ports";
import { announce } from "../announce/announce";
import { HEAD } from "../view/sizes";
import type { CanvasEdge } from "../view/types";
import type { Scene } from "../view/useScene";
import { endsOf, faultBetween, fitOn, kindOf } from "./wiring";

export function useWire(scene: Scene): (from: End, to: End) => boolean {
  const { t } = useTranslation();
  const types = useNodeTypes();
  return (from, to) => {
    const { history, ports, edit } = useEditing.getState();
    const { document } = history;
    if (faultBetween(document, scene.steps, from, to)) {
      return false;
    }
    const kind = kindOf(scene.steps, from);
    const isLoop = loopTest(document, ports, types);
    edit(t("canvas.connected"), (draft) => connect(draft, { from, to, kind }, { isLoop }));
    const nameOf = (end: End) => scene.steps.get(end.node)?.spec.name ?? end.node;
    announce(t("canvas.saidConnected", { from: nameOf(from), to: nameOf(to) }));
    return true;
  };
}

/** What becomes of a wire that was let go beside all ports. */
function useDroppedWire(scene: Scene) {
  const wire = useWire(scene);
  const { screenToFlowPosition } = useReactFlow();
  const openCreator = useCreator((creator) => creator.openCreator);
  return (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    const place = "changedTouches" in event ? event.changedTouches[0] : event;
    const hit = place ? document.elementFromPoint(place.clientX, place.clientY) : null;
    if (!place || !hit?.closest(".react-flow") || !state.fromNode) {
      return;
    }
    const end = { node: state.fromNode.id, port: state.fromHandle?.id ?? "main" };
    const side = state.fromHandle?.type === "target" ? "in" : "out";
    const on = hit.closest<HTMLElement>(".react-flow__node[data-id]")?.dataset.id ?? "";
    const view = scene.steps.get(on);
    // The body of a container is ground to build on; every other node is meant itself.
    if (view && !view.container) {
      const fit = fitOn(useEditing.getState().history.document, scene.steps, end, side, on);
      fit && (side === "out" ? wire(end, fit) : wire(fit, end));
      return;
    }
    const { x, y } = screenToFlowPosition({ x: place.clientX, y: place.clientY });
    openCreator({
      at: [x, y - HEAD / 2],
      from: end,
      ...(side === "in" ? { backwards: true } : {}),
    });
  };
}

export function useConnect(scene: Scene) {
  const { t } = useTranslation();
  const types = useNodeTypes();
  const wire = useWire(scene);
  const drop = useDroppedWire(scene);
  const reconnecting = useRef(false);

  const isValidConnection: IsValidConnection<CanvasEdge> = useCallback(
    (connection) => {
      const ends = endsOf(asConnection(connection));
      const { document } = useEditing.getState().history;
      return ends ? !faultBetween(document, scene.steps, ends.from, ends.to) : false;
    },
    [scene.steps],
  );
  const onConnectStart: OnConnectStart = (_, { nodeId, handleId, handleType }) => {
    if (nodeId) {
      const end = { node: nodeId, port: handleId ?? "main" };
      lightUp(scene, end, handleType === "target" ? "in" : "out");
    }
  };
  const onConnect = (connection: Connection) => {
    const ends = endsOf(connection);
    ends && wire(ends.from, ends.to);
  };
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    lightOut();
    if (!state.isValid && state.fromNode && !reconnecting.current) {
      drop(event, state);
    }
  };
  // Always the same functions: with others all edges would be drawn anew.
  const onReconnectStart = useCallback(() => {
    reconnecting.current = true;
  }, []);
  const onReconnectEnd = useCallback(() => {
    reconnecting.current = false;
    lightOut();
  }, []);
  const onReconnect = useCallback(
    (edge: CanvasEdge, connection: Connection) => {
      const ends = endsOf(connection);
      const { history, ports, edit } = useEditing.getState();
      if (ends) {
        const isLoop = loopTest(history.document, ports, types);
        const kind = kindOf(scene.steps, ends.from);
        edit(t("canvas.connected"), (draft) =>
          reconnect(draft, edge.id, { ...ends, kind }, { isLoop }),
        );
      }
    },
    [t, types, scene.steps],
  );
  return {
    isValidConnection,
    onConnectStart,
    onConnect,
    onConnectEnd,
    onReconnectStart,
    onReconnectEnd,
    onReconnect,
  };
}

function asConnection(given: Connection | FlowEdge): Connection {
  const { source, target, sourceHandle = null, targetHandle = null } = given;
  return { source, target, sourceHandle, targetHandle };
}

/** Show at all ports whether they fit; on the page itself, because that is many and for a moment. */
function lightUp(scene: Scene, end: End, side: "in" | "out"): void {
  const { document: text } = useEditing.getState().history;
  for (const handle of document.querySelectorAll<HTMLElement>(".react-flow__handle")) {
    const other = { node: handle.dataset.nodeid ?? "", port: handle.dataset.handleid ?? "main" };
    const isTarget = handle.classList.contains("target");
    const facing = side === "out" ? isTarget : !isTarget;
    const [from, to] = side === "out" ? [end, other] : [other, end];
    const fits = facing && !faultBetween(text, scene.steps, from, to);
    handle.dataset.fit = fits ? "yes" : "no";
  }
}

function lightOut(): void {
  for (const handle of document.querySelectorAll<HTMLElement>(".react-flow__handle[data-fit]")) {
    delete handle.dataset.fit;
  }
}
