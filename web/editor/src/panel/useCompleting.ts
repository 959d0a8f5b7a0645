import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "~/api/client";
import { cache } from "~/api/queries";
import { type DataSource, stepSource } from "~/data";
import { documentOf, useEditing } from "~/editing/store";
import type { Item } from "~/model/document";
import { nodesOf } from "~/model/document";
import { pinnedItems } from "~/model/edit/fixtures";
import { editorRun } from "~/running";
import type { Before } from "./before";
import type { Completing } from "./expression/completing";
import { useNodeData } from "./useNodeData";

/** What is known while an expression of a node is written: its real input, and the nodes before it. */
export function useCompleting(before: readonly Before[], item: number): Completing {
  const first = before.find((one) => one.port !== "");
  const data = useNodeData(first?.node ?? "");
  const input = useItem(data.source, first?.port ?? "", item);
  const variables = useQuery({
    queryKey: ["variables", "names"],
    queryFn: async () => {
      const page = await api().listVariables();
      return page.items.map((one) => one.name);
    },
    staleTime: 60_000,
  }).data;
  return useMemo(
    () => ({
      json: input?.json ?? null,
      nodes: [...new Set(before.map((one) => one.name))],
      itemOf: (name) => itemOfNode(name)?.json ?? null,
      variables: variables ?? [],
    }),
    [input, before, variables],
  );
}

/** One item of a source, read once. */
function useItem(source: DataSource | null, port: string, index: number): Item | null {
  const asked = useQuery({
    queryKey: ["item", source?.key ?? "", port, index],
    queryFn: async () => (await source?.read(index, 1, port))?.items[0] ?? null,
    enabled: source !== null,
    staleTime: 60_000,
  });
  return asked.data ?? null;
}

/** The first item that a node put out, if it is known; if not, it is asked for, for the next time. */
function itemOfNode(name: string): Item | null {
  const document = documentOf(useEditing.getState());
  const node = nodesOf(document).find((one) => one.name === name);
  if (!node) {
    return null;
  }
  const pinned = pinnedItems(document, node.id)?.[0];
  if (pinned) {
    return pinned;
  }
  const { execution, nodes } = editorRun.getState();
  const last = nodes[node.id]?.last;
  if (!last) {
    return null;
  }
  const queryKey = ["item", execution, last.body, node.id, last.runIndex];
  const known = cache.getQueryData<Item | null>(queryKey);
  if (known === undefined) {
    void cache.prefetchQuery({
      queryKey,
      queryFn: async () => {
        const source = stepSource({
          execution: last.body || execution,
          node: node.id,
          run: last.runIndex,
          side: "output",
        });
        return (await source.read(0, 1, "")).items[0] ?? null;
      },
      staleTime: 60_000,
    });
  }
  return known ?? null;
}
