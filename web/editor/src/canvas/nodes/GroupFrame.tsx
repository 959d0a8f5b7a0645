import { Handle, type NodeProps, Position } from "@xyflow/react";
import { ChevronDown, ChevronRight, Palette, Ungroup } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { changeGroup, ungroup } from "~/model/edit/groups";
import { IconButton, Menu } from "~/ui";
import { useMode } from "../mode";
import { INTO, OUT } from "../view/assemble";
import type { GroupNode } from "../view/types";
import { colorEntries } from "./colors";
import { useNaming } from "./naming";
import css from "./nodes.module.css";
import { TitleField } from "./TitleField";

/** Nodes that belong together, drawn on one ground, or folded into one box. */
export const GroupFrame = memo(
  function GroupFrame({ id, data, selected }: NodeProps<GroupNode>) {
    const { t } = useTranslation();
    const { editable } = useMode();
    const naming = useNaming((now) => now.id === id);
    const setNaming = (on: boolean) => useNaming.setState({ id: on ? id : "" });
    const edit = useEditing((editing) => editing.edit);
    const { group } = data;
    const collapsed = group.collapsed ?? false;
    const fold = () =>
      edit(t(collapsed ? "canvas.unfolded" : "canvas.folded"), (draft) =>
        changeGroup(draft, id, { collapsed: !collapsed }),
      );
    const rename = (title: string) => {
      setNaming(false);
      edit(t("canvas.renamed"), (draft) => changeGroup(draft, id, { title }));
    };
    const paint = (color: string | null) =>
      edit(t("canvas.painted"), (draft) => changeGroup(draft, id, { color }));
    const Arrow = collapsed ? ChevronRight : ChevronDown;
    const title = group.title || t("canvas.group");
    return (
      <div
        className={css.group}
        data-color={group.color ?? undefined}
        data-collapsed={collapsed || undefined}
        data-selected={selected || undefined}
      >
        <div className={`${css.grip} group-grip`}>
          <IconButton
            className="nodrag"
            label={t(collapsed ? "canvas.unfold" : "canvas.fold")}
            aria-expanded={!collapsed}
            disabled={!editable}
            onClick={fold}
          >
            <Arrow />
          </IconButton>
          {naming ? (
            <TitleField
              label={t("canvas.groupTitle")}
              value={group.title ?? ""}
              onDone={rename}
              onCancel={() => setNaming(false)}
            />
          ) : (
            <strong className={css.groupTitle} onDoubleClick={() => editable && setNaming(true)}>
              {title}
            </strong>
          )}
          {collapsed ? (
            <span className={css.subtitle}>{t("canvas.nodes", { count: data.size })}</span>
          ) : null}
          {editable && selected && !collapsed ? (
            <span className={`${css.gripTools} nodrag`}>
              <Menu entries={colorEntries(t, group.color ?? null, paint)}>
                <IconButton label={t("canvas.color")}>
                  <Palette />
                </IconButton>
              </Menu>
              <IconButton
                label={t("canvas.ungroup")}
                onClick={() => edit(t("canvas.ungrouped"), (draft) => ungroup(draft, [id]))}
              >
                <Ungroup />
              </IconButton>
            </span>
          ) : null}
        </div>
        {collapsed ? (
          <>
            <Handle id={INTO} type="target" position={Position.Left} isConnectable={false} />
            <Handle id={OUT} type="source" position={Position.Right} isConnectable={false} />
          </>
        ) : null}
      </div>
    );
  },
  (before, after) => before.data === after.data && before.selected === after.selected,
);
