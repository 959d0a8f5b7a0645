import { DropdownMenu } from "radix-ui";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { COMMAND_BY_ID } from "~/keys/commands";
import { carryOut, keysOf, useKeys } from "~/keys/keys";
import { wordOf } from "~/keys/word";
import ui from "~/ui/ui.module.css";
import css from "../canvas.module.css";
import { onlyNode } from "../commands/selection";
import { openComments } from "../comments/open";
import { EdgeEntries } from "./EdgeEntries";
import { closeMenu, useCanvasMenu } from "./open";

/** What can be done with a node or the canvas; a line stands for an empty name. */
const COMMANDS = {
  node: [
    "open.node",
    "run.to",
    "connect",
    "rename",
    "replace",
    "disable",
    "pin",
    "open.subworkflow",
    "url.test",
    "url.production",
    "",
    "copy",
    "cut",
    "duplicate",
    "",
    "group",
    "ungroup",
    "extract",
    "",
    "delete",
  ],
  canvas: [
    "creator",
    "note",
    "paste",
    "",
    "select.all",
    "tidy",
    "groups.expand",
    "groups.collapse",
    "",
    "zoom.fit",
    "minimap",
    "outline",
    "",
    "undo",
    "redo",
  ],
  edge: [],
} as const;

/** The menu of the right mouse button, with the same commands as the keys. */
export function CanvasMenu() {
  const { t } = useTranslation();
  const asked = useCanvasMenu((menu) => menu.asked);
  if (!asked) {
    return null;
  }
  return (
    <DropdownMenu.Root open onOpenChange={(open) => open || closeMenu()}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className={css.menuAnchor}
          style={{ left: asked.x, top: asked.y }}
          aria-label={t("canvas.menu")}
          tabIndex={-1}
        />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={ui.menu} side="right" align="start" collisionPadding={8}>
          {asked.kind === "edge" ? <EdgeEntries /> : <Commands ids={COMMANDS[asked.kind]} />}
          {asked.kind === "node" ? <CommentEntry /> : null}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Commands({ ids }: { readonly ids: readonly string[] }) {
  const { t } = useTranslation();
  const able = useKeys((keys) => keys.able);
  const shown = ids.filter((id) => id === "" || able.has(id));
  return shown.map((id, index) =>
    id === "" ? (
      // A line at the end, or after another one, divides nothing.
      shown[index + 1] && index > 0 ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
        <DropdownMenu.Separator key={index} className={ui.menuLine} />
      ) : null
    ) : (
      <DropdownMenu.Item
        key={id}
        className={`${ui.menuItem} ${id === "delete" ? ui.menuDanger : ""}`}
        onSelect={() => later(id)}
      >
        {t(COMMAND_BY_ID.has(id) ? wordOf(id) : id)}
        <span className={ui.menuKeys}>{keysOf(id)}</span>
      </DropdownMenu.Item>
    ),
  );
}

/** After the menu has given the focus back, which else would leave what the command opens. */
function later(id: string): void {
  window.setTimeout(() => carryOut(id), 30);
}

function CommentEntry() {
  const { t } = useTranslation();
  const node = useEditing(onlyNode);
  return node ? (
    <>
      <DropdownMenu.Separator className={ui.menuLine} />
      <DropdownMenu.Item
        className={ui.menuItem ?? ""}
        onSelect={() => window.setTimeout(() => openComments({ node }), 30)}
      >
        {t("canvas.comment")}
      </DropdownMenu.Item>
    </>
  ) : null;
}
