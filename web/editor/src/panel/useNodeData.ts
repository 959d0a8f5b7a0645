import { useMemo } from "react";
import { type DataPort, type DataSource, itemsSource, stepSource } from "~/data";
import { useEditing } from "~/editing/store";
import { findNode, type Item } from "~/model/document";
import { pinnedItems } from "~/model/edit/fixtures";
import { type Step, type StepPlace, useStepData } from "~/running";
import { usePorts } from "./usePorts";

export interface NodeData {
  /** Null: nothing is known of it yet. */
  readonly source: DataSource | null;
  readonly pinned: boolean;
  readonly place: StepPlace | null;
  readonly step: Step | null;
}

/** What a node put out: what is pinned to it, else what it gave in the run that is shown. */
export function useNodeData(id: string): NodeData {
  const pinned = useEditing((state) => pinnedItems(state.history.document, id));
  const place = useStepData(id);
  const outputs = usePorts(id).outputs;
  return useMemo(() => {
    const step = place?.step ?? null;
    if (pinned) {
      return { source: pinnedSource(id, pinned), pinned: true, place, step };
    }
    if (!place || !step) {
      return { source: null, pinned: false, place, step };
    }
    const ports = outputs.map(
      (port): DataPort => ({
        name: port.name,
        title: port.title || port.name,
        count: step.counts ? (step.counts[port.name] ?? 0) : null,
      }),
    );
    const source = stepSource({
      execution: place.execution,
      node: id,
      run: place.run,
      side: "output",
      ports,
    });
    // What a step gave is written down when it ends; until then there is nothing to be read.
    const gave = Object.values(step.counts ?? {}).some((count) => count > 0);
    const failed = step.status === "error" || step.status === "canceled";
    const ended = step.finishedMs > 0 && (!failed || gave);
    const key = `${source.key}/${step.status}/${step.attempt}`;
    return { source: ended ? { ...source, key } : null, pinned: false, place, step };
  }, [pinned, place, outputs, id]);
}

const KEYS = new WeakMap<readonly Item[], string>();
let made = 0;

/** Items that were pinned anew are other data under the same node. */
function pinnedSource(id: string, items: readonly Item[]): DataSource {
  const key = KEYS.get(items) ?? `pinned/${id}/${made++}`;
  KEYS.set(items, key);
  return itemsSource(items, key);
}

export function useNodeName(id: string): string {
  return useEditing((state) => findNode(state.history.document, id)?.name ?? "");
}
