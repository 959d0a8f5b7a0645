/** Begin runs of the workflow that is open, and end them. */

import type { models } from "@penstock/client";
import { api } from "~/api/client";
import { documentOf, staysOpen, useEditing } from "~/editing/store";
import { type Document, findNode, type Item, nodesOf } from "~/model/document";
import { downstream } from "~/model/graph";
import { tellFailure } from "~/ui";
import { useAsking, type Wish } from "./asking";
import { followRun } from "./follow";
import { outermost } from "./plan";
import { editorRun } from "./scope";

let unfollow: () => void = () => undefined;
/** How often a workflow was left. */
let left = 0;

/** Show an execution in the editor. */
export function show(execution: string): void {
  unfollow();
  unfollow = followRun(editorRun, execution);
}

/** Show none. */
export function showNone(): void {
  left += 1;
  unfollow();
  unfollow = () => undefined;
  editorRun.begin("");
}

/** Before an execution begins: whether it is to be shown, or its workflow has been left meanwhile. */
export function staysHere(): () => boolean {
  const [before, isOpen] = [left, staysOpen()];
  return () => left === before && isOpen();
}

/** Run the text as it is on the screen, which may be ahead of what is saved. */
export async function run(body: models.TryingDraft, single = false): Promise<void> {
  const editing = useEditing.getState();
  const text = documentOf(editing);
  const ahead = editing.saving !== "saved" && !editing.readOnly;
  const document = ahead ? { document: { ...text } } : {};
  await started(ranBy(text, body), single, () =>
    api().runDraft(editing.workflow, { ...body, ...document }),
  );
}

export async function runFrom(trigger: string, items: readonly Item[], wish: Wish): Promise<void> {
  useAsking.setState(({ given }) => ({
    input: null,
    trigger,
    given: items.length > 0 ? { ...given, [trigger]: items } : given,
  }));
  await run({
    ...(trigger ? { start: trigger } : {}),
    ...(items.length > 0 ? { items } : {}),
    ...(wish.to ? { to: wish.to } : {}),
    simulate: wish.simulate,
    stepping: wish.stepping,
  });
}

/** Run a node and what comes after it, on what the last run gave it. */
export async function runOn(node: string): Promise<void> {
  await run({ start: node, earlier: editorRun.getState().execution });
}

/** The text whose nodes gave what a run will show: what it takes over was given by an earlier one. */
function ranBy(document: Document, { start, earlier }: models.TryingDraft): Document {
  const { ran } = useAsking.getState();
  if (!start || !ran || ran.execution !== earlier) {
    return document;
  }
  const again = downstream(document, [outermost(document, start)]);
  const nodes = nodesOf(document).map((node) =>
    again.has(outermost(document, node.id)) ? node : (findNode(ran.document, node.id) ?? node),
  );
  return { ...document, nodes };
}

async function started(
  document: Document,
  single: boolean,
  ask: () => Promise<{ readonly value: models.Started }>,
): Promise<void> {
  const isHere = staysHere();
  useAsking.setState({ starting: true });
  try {
    const { execution } = (await ask()).value;
    if (!isHere()) {
      return;
    }
    useAsking.setState({ begun: execution, next: null, single, ran: { execution, document } });
    show(execution);
  } catch (error) {
    tellFailure(error);
  } finally {
    useAsking.setState({ starting: false });
  }
}

/** End a run at once; by default the one that the editor shows. */
export async function stop(execution = editorRun.getState().execution): Promise<void> {
  if (execution) {
    await api().cancelExecution(execution).catch(tellFailure);
  }
}

/** Let a run go on that stands at a breakpoint. */
export async function goOn(execution: string, stepping: boolean): Promise<void> {
  await api().continueExecution(execution, { stepping }).catch(tellFailure);
}
