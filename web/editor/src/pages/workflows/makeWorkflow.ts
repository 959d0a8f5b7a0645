import { api, type models } from "~/api/client";
import { refreshLibrary } from "./library";

/** Keep an empty workflow, and tell its id. */
export async function makeWorkflow(name: string, folder = ""): Promise<string> {
  const document = { format: "penstock/1", name, nodes: [], edges: [] };
  const { value } = await api().addWorkflow({ document, folder });
  void refreshLibrary();
  return value.id;
}

/** Keep a workflow that a template is the beginning of. */
export async function makeFromTemplate(template: string, folder = ""): Promise<string> {
  const made: models.StoredWorkflow = (await api().beginWorkflow(template, { folder })).value;
  void refreshLibrary();
  return made.id;
}
