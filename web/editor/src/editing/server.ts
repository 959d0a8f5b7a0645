/** The calls that an open workflow needs. */

import { api, type models } from "~/api/client";
import type { Document } from "~/model/document";
import { placed, unplaced } from "~/model/placed";
import type { PortsByNode } from "~/model/ports";
import type { Read, Stored } from "./autosave";
import type { TakenOver } from "./store";

type Plain = Readonly<Record<string, unknown>>;

/** As it is sent: the server takes plain values. */
function given(document: Document): { readonly document: Plain } {
  return { document: document as unknown as Plain };
}

/** The server answers with what it has checked the shape of. */
function asDocument(plain: Plain): Document {
  return plain as unknown as Document;
}

/** With a place for every node; what lays them out is loaded only where some have none. */
export async function withPlaces(document: Document, ports: PortsByNode = {}): Promise<Document> {
  if (unplaced(document).length === 0) {
    return document;
  }
  const { tidied } = await import("~/model/tidy");
  const outputsOf = (node: string) => ports[node]?.outputs.map((port) => port.name);
  return placed(document, (one) => tidied(one, undefined, undefined, outputsOf));
}

export async function readWorkflow(
  workflow: string,
  signal?: AbortSignal,
): Promise<Read & TakenOver> {
  const { value, etag } = await api().showWorkflow(workflow, { signal });
  return {
    etag,
    about: value.workflow,
    document: await withPlaces(asDocument(value.document), value.ports),
    ports: value.ports,
    findings: value.findings,
  };
}

export async function saveWorkflow(
  workflow: string,
  document: Document,
  etag: string,
): Promise<Stored> {
  const reply = await api().saveWorkflow(workflow, given(document), { etag });
  return { etag: reply.etag, about: reply.value };
}

export async function validate(document: Document, signal: AbortSignal): Promise<models.Findings> {
  return api().validateDocument(given(document), { signal });
}

export async function addCopy(document: Document, name: string): Promise<models.StoredWorkflow> {
  return (await api().addWorkflow(given({ ...document, name }))).value;
}
