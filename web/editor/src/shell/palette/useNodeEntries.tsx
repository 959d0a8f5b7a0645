import { CircleDot } from "lucide-react";
import { useMemo } from "react";
import { useNodeTypes } from "~/api/queries";
import { useDocument, useEditing } from "~/editing/store";
import { nodesOf } from "~/model/document";
import type { Entry } from "./entry";

/** The nodes of the workflow that is open. */
export function useNodeEntries(): readonly Entry[] {
  const document = useDocument();
  const workflow = useEditing((state) => state.workflow);
  const types = useNodeTypes();
  return useMemo(
    () =>
      (workflow ? nodesOf(document) : []).map((node) => ({
        id: `node:${node.id}`,
        title: node.name,
        note: types.get(node.type)?.title ?? node.type,
        icon: <CircleDot aria-hidden />,
        words: [node.type, types.get(node.type)?.title ?? ""],
        act: () => {
          const { select, openNode } = useEditing.getState();
          select([node.id]);
          openNode(node.id);
        },
      })),
    [document, workflow, types],
  );
}
