import { type NodeProps, NodeResizer, NodeToolbar, Position } from "@xyflow/react";
import { Palette, Pencil, Trash2 } from "lucide-react";
import { lazy, memo, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { changeNote, removeNote, resizeNote } from "~/model/edit/notes";
import { IconButton, Menu } from "~/ui";
import { useMode } from "../mode";
import type { NoteNode } from "../view/types";
import { colorEntries } from "./colors";
import { NoteText } from "./NoteText";
import { useNaming } from "./naming";
import css from "./nodes.module.css";

const Markdown = lazy(() => import("./Markdown"));
const LEAST = { minWidth: 96, minHeight: 64 } as const;

/** A sticky note: Markdown that is written where it stands. */
export const NoteCard = memo(
  function NoteCard({ id, data, selected }: NodeProps<NoteNode>) {
    const { t } = useTranslation();
    const { editable } = useMode();
    const edit = useEditing((editing) => editing.edit);
    const writing = useNaming((now) => now.id === id);
    const { note } = data;
    const write = (on: boolean) => useNaming.setState({ id: on ? id : "" });
    const keep = (text: string) => {
      write(false);
      edit(t("canvas.noteWritten"), (draft) => changeNote(draft, id, { text }));
    };
    return (
      <div
        className={css.note}
        data-color={note.color ?? undefined}
        data-selected={selected || undefined}
      >
        {editable ? (
          <NodeResizer
            isVisible={selected}
            {...LEAST}
            onResizeEnd={(_, { x, y, width, height }) =>
              edit(t("canvas.resized"), (draft) => resizeNote(draft, id, { width, height }, [x, y]))
            }
          />
        ) : null}
        <NodeToolbar isVisible={editable && selected && !writing} position={Position.Top}>
          <div className={css.bar}>
            <IconButton label={t("canvas.writeNote")} onClick={() => write(true)}>
              <Pencil />
            </IconButton>
            <Menu
              entries={colorEntries(t, note.color ?? null, (color) =>
                edit(t("canvas.painted"), (draft) => changeNote(draft, id, { color })),
              )}
            >
              <IconButton label={t("canvas.color")}>
                <Palette />
              </IconButton>
            </Menu>
            <IconButton
              label={t("canvas.remove")}
              onClick={() => edit(t("canvas.removed"), (draft) => removeNote(draft, id))}
            >
              <Trash2 />
            </IconButton>
          </div>
        </NodeToolbar>
        {writing && editable ? (
          <NoteText value={note.text ?? ""} onDone={keep} />
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: Enter and F2 do the same by key
          <div
            className={css.noteText}
            onDoubleClick={(event) => {
              event.stopPropagation();
              editable && write(true);
            }}
          >
            <Suspense fallback={note.text}>
              <Markdown text={note.text || t("canvas.emptyNote")} />
            </Suspense>
          </div>
        )}
      </div>
    );
  },
  (before, after) => before.data === after.data && before.selected === after.selected,
);
