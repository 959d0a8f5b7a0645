import { Plus } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNodeTypes } from "~/api/queries";
import { choicesOf } from "~/creator/entries";
import type { Wanted } from "~/creator/store";
import { useInsert } from "~/creator/useInsert";
import { documentOf, useEditing } from "~/editing/store";
import { useKeys } from "~/keys/keys";
import { findNode, type NodeType } from "~/model/document";
import type { Entry } from "./entry";

/** The node types that can be added to the workflow that is open. */
export function useTypeEntries(): readonly Entry[] {
  const { t } = useTranslation();
  const types = useNodeTypes();
  const able = useKeys((keys) => keys.able.has("creator"));
  const wanted = useMemo(() => behindSelected(types), [types]);
  const insert = useInsert(wanted);
  const choices = useMemo(() => (able ? choicesOf(types.values()) : []), [able, types]);
  return choices.map((choice) => ({
    id: `type:${choice.id}`,
    title: t("shell.addNode", { name: choice.title }),
    note: choice.description ?? "",
    icon: <Plus aria-hidden />,
    words: [choice.title, ...(choice.aliases ?? []), choice.type.title, choice.type.id],
    act: () => insert(choice),
  }));
}

/** Behind the one node that is selected, else in a free place. */
function behindSelected(types: ReadonlyMap<string, NodeType>): Wanted {
  const editing = useEditing.getState();
  const [id, ...others] = editing.selected;
  const node = id && others.length === 0 ? findNode(documentOf(editing), id) : undefined;
  const ports = node ? (editing.ports[node.id] ?? types.get(node.type)?.ports) : undefined;
  const port = ports?.outputs[0]?.name;
  return node && port ? { from: { node: node.id, port } } : {};
}
