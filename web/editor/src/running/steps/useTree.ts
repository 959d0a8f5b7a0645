import { useCallback, useMemo, useState } from "react";
import { type Document, findNode } from "~/model/document";
import { tellFailure } from "~/ui";
import { isBody, readSteps } from "../journal";
import { isOver, type Run } from "../run";
import { useRun, useRunStore } from "../scope";
import type { Step } from "../step";
import { loopsOf } from "./loops";
import { type Body, type Branch, type Row, rowsOf, treeOf } from "./tree";

export interface Tree {
  readonly rows: readonly Row[];
  /** Open or close a row. */
  readonly turn: (branch: Branch, open: boolean) => void;
}

/** The step tree of the run that is shown, as far as it is open. */
export function useTree(document: Document): Tree {
  const store = useRunStore();
  const steps = useRun((run) => run.steps);
  const shown = useRun((run) => run.shown);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set());
  const loops = useMemo(() => loopsOf(document), [document]);
  const bodies = useMemo(() => bodiesOf(shown, steps, document), [shown, steps, document]);
  const tree = useMemo(() => treeOf(steps, bodies, loops), [steps, bodies, loops]);
  const rows = useMemo(() => rowsOf(tree, open), [tree, open]);
  const turn = useCallback(
    (branch: Branch, now: boolean) => {
      setOpen((before) => {
        const next = new Set(before);
        now ? next.add(branch.key) : next.delete(branch.key);
        return next;
      });
      if (now && branch.body && branch.children.length === 0) {
        const { id } = branch.body;
        const over = isOver(store.getState().status);
        readSteps(id, id).then((found) => store.read(found, over), tellFailure);
      }
    },
    [store],
  );
  return { rows, turn };
}

/** Those that the server names, and those that events told of already. */
function bodiesOf(
  shown: Run["shown"],
  steps: readonly Step[],
  document: Document,
): readonly Body[] {
  const first = new Map<string, Step>();
  for (const step of steps) {
    if (step.body && !first.has(step.body)) {
      first.set(step.body, step);
    }
  }
  const containerOf = (id: string): string =>
    findNode(document, first.get(id)?.nodeId ?? "")?.parent ?? "";
  const parts = shown?.parts.filter((part) => isBody(part, shown.execution.workflow_id)) ?? [];
  const known = parts.map((part) => ({
    id: part.id,
    container: containerOf(part.id),
    createdMs: part.created_ms,
    finishedMs: part.finished_ms,
    status: part.status,
  }));
  const named = new Set(parts.map((part) => part.id));
  const told = [...first].filter(([id]) => !named.has(id));
  return [
    ...known,
    ...told.map(([id, step]) => ({
      id,
      container: containerOf(id),
      createdMs: step.startedMs,
      finishedMs: 0,
      status: "running",
    })),
  ];
}
