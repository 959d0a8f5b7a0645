import { DropdownMenu } from "radix-ui";
import { useTranslation } from "react-i18next";
import { useCreator } from "~/creator";
import { useEditing } from "~/editing/store";
import { keysOf } from "~/keys/keys";
import { edgeId, edgesOf } from "~/model/document";
import { disconnect, markBack, reorder } from "~/model/edit/edges";
import ui from "~/ui/ui.module.css";
import { openComments } from "../comments/open";

/** What can be done with the edge that is selected. */
export function EdgeEntries() {
  const { t } = useTranslation();
  const [id = ""] = useEditing((editing) => editing.selectedEdges);
  const document = useEditing((editing) => editing.history.document);
  const readOnly = useEditing((editing) => editing.readOnly);
  const edit = useEditing((editing) => editing.edit);
  const openCreator = useCreator((creator) => creator.openCreator);
  const edge = edgesOf(document).find((one) => edgeId(one) === id);
  if (!edge) {
    return null;
  }
  const [node = "", port = ""] = edge.from;
  const beside = edgesOf(document).filter((one) => one.from[0] === node && one.from[1] === port);
  const place = beside.findIndex((one) => edgeId(one) === id);
  const item = { className: ui.menuItem ?? "", disabled: readOnly };
  return (
    <>
      <DropdownMenu.Item {...item} onSelect={() => openCreator({ edge: id })}>
        {t("canvas.insert")}
      </DropdownMenu.Item>
      <DropdownMenu.Item
        className={ui.menuItem ?? ""}
        onSelect={() => window.setTimeout(() => openComments({ edge }), 30)}
      >
        {t("canvas.comment")}
      </DropdownMenu.Item>
      {beside.length > 1 ? (
        <>
          <DropdownMenu.Item
            {...item}
            disabled={readOnly || place === 0}
            onSelect={() => edit(t("canvas.reordered"), (draft) => reorder(draft, id, place - 1))}
          >
            {t("canvas.earlier")}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            {...item}
            disabled={readOnly || place === beside.length - 1}
            onSelect={() => edit(t("canvas.reordered"), (draft) => reorder(draft, id, place + 1))}
          >
            {t("canvas.later")}
          </DropdownMenu.Item>
        </>
      ) : null}
      <DropdownMenu.Item
        {...item}
        onSelect={() => edit(t("canvas.marked"), (draft) => markBack(draft, id, !edge.back))}
      >
        {t(edge.back ? "canvas.unmarkBack" : "canvas.markBack")}
      </DropdownMenu.Item>
      <DropdownMenu.Separator className={ui.menuLine} />
      <DropdownMenu.Item
        {...item}
        className={`${ui.menuItem} ${ui.menuDanger}`}
        onSelect={() => edit(t("canvas.disconnected"), (draft) => disconnect(draft, [id]))}
      >
        {t("canvas.disconnect")}
        <span className={ui.menuKeys}>{keysOf("delete")}</span>
      </DropdownMenu.Item>
    </>
  );
}
