import { MiniMap } from "@xyflow/react";
import { LayoutList, Map as MapIcon, Plus, StickyNote } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCreator } from "~/creator";
import { useEditing } from "~/editing/store";
import { carryOut, keysOf } from "~/keys/keys";
import type { Document } from "~/model/document";
import { IconButton } from "~/ui";
import { Announcer } from "./announce/Announcer";
import css from "./canvas.module.css";
import { useCanvasCommands } from "./commands/useCanvasCommands";
import { useChange } from "./commands/useChange";
import { useComments } from "./comments/open";
import { useConnecting } from "./connect/connecting";
import { useConnect } from "./connect/useConnect";
import { Guides } from "./drag/Guides";
import { useDragging } from "./drag/useDragging";
import { FirstStep } from "./empty/FirstStep";
import { Flow } from "./Flow";
import { toggleLook, useLook } from "./look";
import { CanvasMenu } from "./menu/CanvasMenu";
import { type Mode, ModeContext } from "./mode";
import { PasteDialog } from "./paste/PasteDialog";
import { usePasting } from "./paste/pasting";
import { useDropping } from "./useDropping";
import { usePointing } from "./usePointing";
import type { Mark } from "./view/types";
import { type Scene, useScene } from "./view/useScene";
import { ZoomBar } from "./view/ZoomBar";

const Comments = lazy(async () => ({ default: (await import("./comments/Comments")).Comments }));
const ConnectDialog = lazy(async () => ({
  default: (await import("./connect/ConnectDialog")).ConnectDialog,
}));
const ImportPreview = lazy(() => import("./paste/ImportPreview"));
const Outline = lazy(() =>
  import("./outline/Outline").then((module) => ({ default: module.Outline })),
);
const NO_MARKS: ReadonlyMap<string, Mark> = new Map();

/** The open workflow as a picture that is worked on. */
export function EditorCanvas() {
  const { t } = useTranslation();
  const document = useEditing((editing) => editing.history.document);
  const ports = useEditing((editing) => editing.ports);
  const findings = useEditing((editing) => editing.findings);
  const selected = useEditing((editing) => editing.selected);
  const selectedEdges = useEditing((editing) => editing.selectedEdges);
  const editable = useEditing((editing) => !editing.readOnly);
  const scene = useScene({
    document,
    ports,
    findings,
    marks: NO_MARKS,
    selected,
    selectedEdges,
    editable,
  });
  const mode = useMemo<Mode>(
    () => ({ editable, openNode: (id) => useEditing.getState().openNode(id) }),
    [editable],
  );
  const outline = useLook((look) => look.outline);
  const { put, take } = useCanvasCommands(scene, editable);
  const empty = !document.nodes?.length && !document.notes?.length;
  return (
    <ModeContext value={mode}>
      <div className={css.editor}>
        {outline ? (
          <div className={css.outline}>
            <Suspense>
              <Outline scene={scene} />
            </Suspense>
          </div>
        ) : null}
        <section
          className={css.canvas}
          aria-label={t("canvas.label", { name: document.name })}
          aria-describedby="canvas-how"
        >
          <p id="canvas-how" className="visually-hidden">
            {t("canvas.how", { outline: keysOf("outline"), connect: keysOf("connect") })}
          </p>
          <Working scene={scene} editable={editable} />
          {empty ? <FirstStep /> : null}
        </section>
      </div>
      <CanvasMenu />
      <Asked scene={scene} />
      <Announcer />
      <PasteDialog onTake={take} />
      <Preview onTake={put} />
    </ModeContext>
  );
}

interface WorkingProps {
  readonly scene: Scene;
  readonly editable: boolean;
}

function Working({ scene, editable }: WorkingProps) {
  const change = useChange(scene);
  const { nodes, onNodesChange, onDrop } = useDragging(scene);
  const connecting = useConnect(scene);
  const dropping = useDropping(scene, change, editable);
  const pointing = usePointing();
  const minimap = useLook((look) => look.minimap);
  // Not drawn anew with every step of a drag.
  const bar = useMemo(
    () => (
      <ZoomBar>
        <BarButtons editable={editable} />
      </ZoomBar>
    ),
    [editable],
  );
  return (
    <Flow
      nodes={nodes}
      edges={scene.edges}
      editable={editable}
      onNodesChange={onNodesChange}
      onNodeDragStop={onDrop}
      onSelectionDragStop={onDrop}
      {...pointing}
      {...connecting}
      {...dropping}
    >
      {bar}
      {minimap ? <MiniMap pannable zoomable /> : null}
      <Guides />
    </Flow>
  );
}

function BarButtons({ editable }: { readonly editable: boolean }) {
  const { t } = useTranslation();
  const openCreator = useCreator((creator) => creator.openCreator);
  const { minimap, outline } = useLook();
  return (
    <>
      <span className={css.barLine} />
      <IconButton
        label={t("canvas.minimap")}
        keys={keysOf("minimap")}
        aria-pressed={minimap}
        onClick={() => toggleLook("minimap")}
      >
        <MapIcon />
      </IconButton>
      <IconButton
        label={t("canvas.outline")}
        keys={keysOf("outline")}
        aria-pressed={outline}
        onClick={() => toggleLook("outline")}
      >
        <LayoutList />
      </IconButton>
      {editable ? (
        <>
          <span className={css.barLine} />
          <IconButton
            label={t("canvas.addNote")}
            keys={keysOf("note")}
            onClick={() => carryOut("note")}
          >
            <StickyNote />
          </IconButton>
          <IconButton
            label={t("canvas.addNode")}
            keys={keysOf("creator")}
            data-tour="add"
            onClick={() => openCreator({})}
          >
            <Plus />
          </IconButton>
        </>
      ) : null}
    </>
  );
}

/** Dialogs that are only fetched when somebody wants them. */
function Asked({ scene }: { readonly scene: Scene }) {
  const connecting = useConnecting((one) => one.node !== "");
  const commenting = useComments((comments) => comments.subject !== null);
  return (
    <Suspense>
      {connecting ? <ConnectDialog scene={scene} /> : null}
      {commenting ? <Comments /> : null}
    </Suspense>
  );
}

/** A page of its own that is only fetched when something is pasted that needs it. */
function Preview({ onTake }: { readonly onTake: (document: Document) => void }) {
  const shown = usePasting((pasting) => pasting.preview !== null);
  // What is looked at is for the workflow that is open, and for none that is opened after it.
  useEffect(() => () => usePasting.setState({ preview: null }), []);
  return shown ? (
    <Suspense>
      <ImportPreview onTake={onTake} />
    </Suspense>
  ) : null;
}
