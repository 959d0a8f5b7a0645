/** Running one node alone. */

import { useCallback } from "react";
import { useNodeTypes } from "~/api/queries";
import { documentOf, useEditing } from "~/editing/store";
import { type Document, findNode, type Item, nodesOf } from "~/model/document";
import { DEFAULT_SET } from "~/model/edit/fixtures";
import { editorRun, run } from "~/running";
import { useAsking, WHOLE } from "~/running/asking";
import { beginsAt } from "~/running/plan";
import { beginningOf, startFor, startsOf, type Types } from "~/running/triggers";

/** Run a node on what comes before it; what did not run yet runs too, what is pinned is taken as it is. */
export function useTestStep(): (node: string) => Promise<void> {
  const types = useNodeTypes();
  return useCallback((node) => testStep(node, types), [types]);
}

async function testStep(node: string, types: Types): Promise<void> {
  const document = documentOf(useEditing.getState());
  // What is pinned to the node itself does not count: it is to be seen at work.
  const body = { to: node, fixtures: "", mocks: pinnedBut(document, node) };
  const { execution } = editorRun.getState();
  const starts = startsOf(document, types);
  const begins = starts.some((one) => one.id === node)
    ? null
    : beginsAt(document, node, (id) => isGood(document, id));
  if (begins !== null) {
    await run({ ...body, start: begins, ...(execution ? { earlier: execution } : {}) }, true);
    return;
  }
  const { trigger, given } = useAsking.getState();
  const usual = starts.find((one) => one.id === trigger);
  const start = starts.find((one) => one.id === node) ?? startFor(document, node, starts, usual);
  const known = given[start?.id ?? ""];
  const mocked = start !== undefined && body.mocks[start.id] !== undefined;
  const asks = start && beginningOf(start, types) !== "at once" && !mocked;
  if (asks && (!known || start.id === node)) {
    useAsking.setState({ input: { trigger: start.id, wish: { ...WHOLE, to: node } } });
    return;
  }
  const items = asks && known ? { items: known } : {};
  await run({ ...body, start: start?.id ?? node, ...items }, true);
}

/** Did it run well in the run that is shown, as it is set now? */
function isGood(document: Document, id: string): boolean {
  const { execution, nodes } = editorRun.getState();
  const status = nodes[id]?.status;
  if (status !== "ok" && status !== "cached" && status !== "skipped") {
    return false;
  }
  const { ran } = useAsking.getState();
  return ran?.execution !== execution || isSame(ran.document, document, id);
}

/** Whether nothing of a node has changed that counts when it runs, nor of what it holds. */
function isSame(before: Document, after: Document, id: string): boolean {
  const [one, other] = [findNode(before, id), findNode(after, id)];
  if (one === other) {
    return true;
  }
  const essence = (node: typeof one) =>
    JSON.stringify([node?.type, node?.version, node?.config, node?.credentials, node?.settings]);
  const held = nodesOf(after).filter((node) => node.parent === id);
  return essence(one) === essence(other) && held.every((node) => isSame(before, after, node.id));
}

function pinnedBut(document: Document, node: string): Readonly<Record<string, readonly Item[]>> {
  const mocks: Record<string, readonly Item[]> = {};
  for (const [id, named] of Object.entries(document.fixtures ?? {})) {
    const items = named[DEFAULT_SET];
    if (id !== node && items) {
      mocks[id] = items;
    }
  }
  return mocks;
}
