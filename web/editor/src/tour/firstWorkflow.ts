import { Refused } from "@penstock/client";
import { api, chosenWorkspace } from "~/api/client";
import type { Recent } from "~/shell/recents";

/** The template that runs by itself, without input, network or credentials. */
const TEMPLATE = "example:00-first-steps";

/** Make the workflow that whoever comes first finds; its id. */
export async function makeFirstWorkflow(name: string): Promise<string> {
  const made = await api().beginWorkflow(TEMPLATE, { name });
  return made.value.id;
}

/** The workflow of this workspace that was open last, or a first one where there is none any more; its id. */
export async function workflowToShow(recents: readonly Recent[], name: string): Promise<string> {
  const recent = recents.find((one) => one.workspace === chosenWorkspace());
  return recent && (await isThere(recent.id)) ? recent.id : await makeFirstWorkflow(name);
}

async function isThere(workflow: string): Promise<boolean> {
  try {
    await api().showWorkflow(workflow);
    return true;
  } catch (error) {
    if (error instanceof Refused) {
      return false;
    }
    throw error;
  }
}
