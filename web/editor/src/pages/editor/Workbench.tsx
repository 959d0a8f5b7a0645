import { useReactFlow, useStoreApi } from "@xyflow/react";
import { lazy, Suspense, useEffect } from "react";
import { EditorCanvas } from "~/canvas";
import { ChatPanel } from "~/canvas/chat/ChatPanel";
import { useCreator } from "~/creator";
import { useEditing } from "~/editing/store";
import { learn } from "~/i18n/words";
import { useCommand } from "~/keys/keys";
import { LogsDock } from "~/running";
import { Loading } from "~/ui";
import css from "./editor.module.css";
import { SidePanel } from "./SidePanel";
import { useIsNarrow } from "./useIsNarrow";

// What is opened later is loaded later: the canvas is there sooner.
const Creator = lazy(async () => {
  const [creator] = await Promise.all([import("~/creator/Creator"), learn("nodes")]);
  return { default: creator.Creator };
});
const NodePanel = lazy(async () => {
  const [panel] = await Promise.all([import("~/panel"), learn("nodes", "credentials")]);
  return { default: panel.NodePanel };
});

/** The canvas, and beside it what is looked at. */
export function Workbench() {
  const open = useEditing((editing) => editing.opened !== "");
  const openNode = useEditing((editing) => editing.openNode);
  const creating = useCreator((creator) => creator.wanted !== null);
  const narrow = useIsNarrow();
  useKeepInSight();
  // The panel does so itself; until it has been loaded this stands in for it.
  useCommand("panel.close", () => openNode(""), open);
  // Over the panel where one is open: the canvas keeps its room.
  const creator = (
    <div className={open ? `${css.creator} ${css.over}` : css.creator}>
      <Suspense fallback={<Loading lines={8} />}>
        <Creator />
      </Suspense>
    </div>
  );
  return (
    <>
      <div className={css.bench}>
        <div className={`${css.flex} ${css.rest}`}>
          <EditorCanvas />
          {creating && !open ? creator : null}
          <ChatPanel />
        </div>
        {open && !narrow ? (
          <SidePanel>
            <Suspense fallback={<Loading lines={8} />}>
              <NodePanel />
            </Suspense>
            {creating ? creator : null}
          </SidePanel>
        ) : null}
      </div>
      {open && narrow ? (
        <div className={css.sheet}>
          <Suspense fallback={<Loading lines={8} />}>
            <NodePanel />
          </Suspense>
          {creating ? creator : null}
        </div>
      ) : null}
      <LogsDock />
    </>
  );
}

/** The node whose details are open stays in sight, though the canvas becomes smaller. */
function useKeepInSight(): void {
  const opened = useEditing((editing) => editing.opened);
  const { getInternalNode, getViewport, setCenter } = useReactFlow();
  const flow = useStoreApi();
  useEffect(() => {
    const timer = window.setTimeout(() => {
      const node = opened ? getInternalNode(opened) : undefined;
      if (!node) {
        return;
      }
      const { x, y } = node.internals.positionAbsolute;
      const [width, height] = [node.width ?? 0, node.height ?? 0];
      const view = getViewport();
      const left = x * view.zoom + view.x;
      const top = y * view.zoom + view.y;
      const { width: room, height: tall } = flow.getState();
      const fits =
        left >= 0 &&
        top >= 0 &&
        left + width * view.zoom <= room &&
        top + height * view.zoom <= tall;
      if (!fits) {
        void setCenter(x + width / 2, y + height / 2, { zoom: view.zoom });
      }
    }, 80);
    return () => window.clearTimeout(timer);
  }, [opened, getInternalNode, getViewport, setCenter, flow]);
}
