import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCreator } from "~/creator";
import { useEditing } from "~/editing/store";
import type { Edge } from "~/model/document";
import { disconnect } from "~/model/edit/edges";
import { IconButton } from "~/ui";
import { leave, point } from "../pointed";
import css from "./edges.module.css";

interface Props {
  readonly id: string;
  readonly edge: Edge;
  /** Only then a key gets there: else every edge would be a stop on the way. */
  readonly selected: boolean;
}

/** In the middle of the edge that the pointer is on. */
export function WireTools({ id, edge, selected }: Props) {
  const { t } = useTranslation();
  const openCreator = useCreator((creator) => creator.openCreator);
  const edit = useEditing((editing) => editing.edit);
  const insertable = (edge.kind ?? "main") === "main";
  return (
    <div
      className={css.tools}
      onPointerEnter={() => point({ edge: id })}
      onPointerLeave={() => leave("edge", id)}
    >
      {insertable ? (
        <IconButton
          label={t("canvas.insert")}
          tabIndex={selected ? 0 : -1}
          onClick={() => openCreator({ edge: id })}
        >
          <Plus />
        </IconButton>
      ) : null}
      <IconButton
        label={t("canvas.disconnect")}
        tabIndex={selected ? 0 : -1}
        onClick={() => edit(t("canvas.disconnected"), (draft) => disconnect(draft, [id]))}
      >
        <Trash2 />
      </IconButton>
    </div>
  );
}
