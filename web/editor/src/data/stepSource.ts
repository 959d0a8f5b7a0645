/** Data of executions, read from their journals. */

import { api } from "~/api/client";
import { type DataPort, type DataSource, itemOf } from "./source";

export interface StepData {
  readonly execution: string;
  readonly node: string;
  readonly run: number;
  readonly side: "input" | "output";
  readonly ports?: readonly DataPort[];
  readonly live?: boolean;
}

/** The items of a step in the journal of an execution. */
export function stepSource(step: StepData): DataSource {
  const { execution, node, run, side } = step;
  return {
    key: [execution, node, run, side].join("/"),
    ...(step.ports ? { ports: step.ports } : {}),
    ...(step.live ? { live: true } : {}),
    read: async (start, count, port) => {
      const part = await api().listItems(execution, node, run, {
        side,
        start,
        limit: count,
        ...(port ? { port } : {}),
      });
      return { total: part.total, start: part.start, items: part.items.map(itemOf) };
    },
    readOne: async (index, port) => {
      const asked = { side, ...(port ? { port } : {}) };
      const found = await api().showItem(execution, node, run, index, asked);
      return itemOf(found) ?? { json: {} };
    },
  };
}
