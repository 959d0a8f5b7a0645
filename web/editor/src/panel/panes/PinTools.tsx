import { History, Pencil, Pin, PinOff } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { staysOpen, useEditing } from "~/editing/store";
import { keysOf } from "~/keys/keys";
import { DEFAULT_SET, pin, unpin } from "~/model/edit/fixtures";
import { IconButton, tell, tellFailure } from "~/ui";
import type { NodeData } from "../useNodeData";
import { MOST_PINNED, readToPin } from "./pinning";

const FixtureDialog = lazy(() => import("./FixtureDialog"));
const PastDialog = lazy(() => import("./PastDialog"));

interface Props {
  readonly node: string;
  readonly data: NodeData;
}

/** Keep what a node put out, change it, or take it from an earlier execution. */
export function PinTools({ node, data }: Props) {
  const { t } = useTranslation();
  const readOnly = useEditing((state) => state.readOnly);
  const edit = useEditing((state) => state.edit);
  const [dialog, setDialog] = useState<"edit" | "past" | null>(null);
  if (readOnly) {
    return null;
  }
  const keep = async () => {
    if (!data.source) {
      return;
    }
    const isOpen = staysOpen();
    const { items, left } = await readToPin(data.source);
    if (!isOpen()) {
      return;
    }
    edit(t("panel.pin"), (draft) => pin(draft, node, items, DEFAULT_SET));
    tell(left > 0 ? t("panel.pinnedFirst", { count: MOST_PINNED }) : t("panel.pinDone"));
  };
  return (
    <span>
      {data.pinned ? (
        <IconButton
          label={t("panel.unpin")}
          keys={keysOf("pin")}
          aria-pressed
          onClick={() => edit(t("panel.unpin"), (draft) => unpin(draft, node, DEFAULT_SET))}
        >
          <PinOff aria-hidden />
        </IconButton>
      ) : (
        <IconButton
          label={t("panel.pin")}
          keys={keysOf("pin")}
          disabled={!data.source}
          onClick={() => void keep().catch(tellFailure)}
        >
          <Pin aria-hidden />
        </IconButton>
      )}
      <IconButton label={t("panel.editItems")} onClick={() => setDialog("edit")}>
        <Pencil aria-hidden />
      </IconButton>
      <IconButton label={t("panel.past")} onClick={() => setDialog("past")}>
        <History aria-hidden />
      </IconButton>
      <Suspense fallback={null}>
        {dialog === "edit" ? (
          <FixtureDialog node={node} data={data} onClose={() => setDialog(null)} />
        ) : null}
        {dialog === "past" ? <PastDialog node={node} onClose={() => setDialog(null)} /> : null}
      </Suspense>
    </span>
  );
}
