import type { models } from "@penstock/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";
import { documentOf, useEditing } from "~/editing/store";
import type { Node } from "~/model/document";
import { isExpression } from "~/model/expression";
import { useRun } from "~/running";
import { useLater } from "~/ui/useLater";
import type { Before } from "./before";
import { useNodeData } from "./useNodeData";

const WAIT_MS = 350;

type Shown = ReadonlyMap<string, models.Shown>;
const NOTHING: Shown = new Map();

/** What the expressions of a node give for one of its items, a moment after the last change. */
export function usePreview(node: Node, before: Before | undefined, item: number): Shown {
  const config = useLater(JSON.stringify(node.config ?? {}), WAIT_MS);
  const data = useNodeData(before?.node ?? "");
  const workflow = useEditing((state) => state.workflow);
  const execution = data.place?.execution ?? "";
  // What a step gave can be read a moment after it is told.
  const complete = useRun((run) => run.complete);
  const asked = useQuery({
    queryKey: [
      "preview",
      workflow,
      node.id,
      config,
      execution,
      data.source?.key ?? "",
      complete,
      item,
    ],
    queryFn: async () => {
      const found = await api().previewNode({
        workflow,
        document: { ...documentOf(useEditing.getState()) },
        node: node.id,
        execution,
        index: item,
      });
      return new Map(found.expressions.map((one) => [one.field, one] as const));
    },
    enabled: hasExpression(node.config) && data.source !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
  return data.source && asked.data ? asked.data : NOTHING;
}

function hasExpression(value: unknown): boolean {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).some(hasExpression);
  }
  return isExpression(value);
}
