import { api } from "~/api/client";

/** The template that runs by itself, without input, network or credentials. */
const TEMPLATE = "example:00-first-steps";

/** Make the workflow that whoever comes first finds; its id. */
export async function makeFirstWorkflow(name: string): Promise<string> {
  const made = await api().beginWorkflow(TEMPLATE, { name });
  return made.value.id;
}
