/** Take the data of an execution over into the draft, so that it can be worked on with it. */

import type { models } from "@penstock/client";
import { api } from "~/api/client";
import { itemOf } from "~/data/source";
import { type Document, findNode, type Item } from "~/model/document";
import type { Step } from "~/running/step";
import { portOf, worthPinning } from "./pinning";

/** More than that is not worth being kept in a text. */
const MOST_ITEMS = 200;

/** How many nodes were pinned. */
export async function copyToDraft(
  execution: string,
  workflow: string,
  steps: readonly Step[],
  document: Document,
): Promise<number> {
  const { value, etag } = await api().showWorkflow(workflow);
  const draft = value.document as unknown as Document;
  const edits: models.SetFixture[] = [];
  for (const step of worthPinning(steps, document)) {
    if (findNode(draft, step.nodeId)) {
      const items = await itemsOf(execution, step);
      if (items.length > 0) {
        edits.push({ op: "set_fixture", node: step.nodeId, items });
      }
    }
  }
  if (edits.length > 0) {
    await api().editDraft(workflow, { edits }, { etag });
  }
  return edits.length;
}

async function itemsOf(execution: string, step: Step): Promise<readonly Item[]> {
  const port = portOf(step);
  const part = await api().listItems(execution, step.nodeId, step.runIndex, {
    limit: MOST_ITEMS,
    ...(port ? { port } : {}),
  });
  return part.items.map(itemOf).filter((item) => item !== null);
}
