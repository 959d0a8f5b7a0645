/** A workspace in which every text that somebody could write is hostile. */

import type { Client, models } from "@penstock/client";
import { given, hello } from "./documents";
import { fill, type Things } from "./filled";
import { PAYLOADS } from "./payloads";

type Document = models.Document;

export interface Hostile extends Things {
  /** By kind of place, how many texts are there. */
  readonly kept: Readonly<Record<string, number>>;
  /** Addresses of pages for people without an account. */
  readonly pages: readonly string[];
  /** The address of a webhook that answers with HTML. */
  readonly answered: string;
}

/** One text after the other, over and over. */
function rotation(texts: readonly string[]): () => string {
  let next = 0;
  return () => texts[next++ % texts.length] ?? "";
}

const NAME_LENGTH = 60;
/** Texts for what is called by a name, which is one short line without a colon. */
const NAMES = PAYLOADS.filter(
  (text) => text.length < NAME_LENGTH && !/[:\p{C}\p{Z}]/u.test(text.replaceAll(" ", "")),
);

/** A text as one line. */
const line = (text: string) => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, " ").trim();

/** As much of a text as a name may hold. */
const short = (text: string) => line(text).slice(0, NAME_LENGTH);

export async function hostile(api: Client, url: string): Promise<Hostile> {
  const next = rotation(NAMES);
  let count = 0;
  // Names have to differ, and take what a name can be: the text comes first, as it is.
  const things = await fill(api, url, () => `${next()} ${++count}`);
  const canvas = await addWorkflow(api, everywhere());
  const started = await api.runDraft(canvas, { items: ITEMS }, { wait: true });
  const kept = {
    canvas: PAYLOADS.length,
    items: PAYLOADS.length,
    workflows: await each((text, index) => addWorkflow(api, hello(`${line(text)} ${index}`))),
    variables: await each((value, index) =>
      api.setVariable(`v${index}`, { value, description: value }),
    ),
    credentials: await each((text, index) =>
      api.addCredential({
        name: `${short(text)} ${index}`,
        type: "http_bearer",
        fields: { token: text },
        hosts: ["https://api.example.com"],
      }),
    ),
    rows: await rows(api, things.table),
    errors: await failures(api),
  };
  const pages = await outsiders(api, url);
  return {
    ...things,
    workflow: canvas,
    success: started.value.execution,
    kept,
    pages,
    answered: await answering(api, url),
  };
}

/** Do something with each text, some at a time; how many there were. */
async function each(act: (text: string, index: number) => PromiseLike<unknown>): Promise<number> {
  const left = PAYLOADS.map((text, index) => [text, index] as const);
  const workers = Array.from({ length: 8 }, async () => {
    for (let one = left.pop(); one; one = left.pop()) {
      await act(...one);
    }
  });
  await Promise.all(workers);
  return PAYLOADS.length;
}

async function addWorkflow(api: Client, document: Document): Promise<string> {
  return (await api.addWorkflow({ document: given(document) })).value.id;
}

const ITEMS: readonly models.Item[] = PAYLOADS.map((text, index) => ({
  json: { who: text, [`${text}${index}`]: index },
}));

/** Hostile names of nodes and notes, titles of groups, values of fields, pinned data. */
function everywhere(): Document {
  const plain = hello(line(PAYLOADS[0] ?? ""));
  const more = PAYLOADS.map((text, index) => ({
    id: `h${index}`,
    name: `${short(text)} ${index}`,
    type: "penstock/data.set",
    config: { assignments: [{ name: text, value: text.startsWith("=") ? `x${text}` : text }] },
  }));
  return {
    ...plain,
    description: PAYLOADS[1],
    nodes: [...(plain.nodes ?? []), ...more],
    notes: PAYLOADS.map((text, index) => ({ id: `note${index}`, text, width: 200, height: 100 })),
    groups: PAYLOADS.map((text, index) => ({ id: `g${index}`, title: text, nodes: [`h${index}`] })),
    comments: PAYLOADS.map((text, index) => ({ id: `c${index}`, text, node: `h${index}` })),
    fixtures: { h0: { default: [{ json: { pinned: PAYLOADS[2] } }] } },
    layout: {
      ...plain.layout,
      ...Object.fromEntries(
        PAYLOADS.flatMap((_, index) => [
          [`h${index}`, [(index % 20) * 260, 300 + Math.floor(index / 20) * 300]],
          [`note${index}`, [(index % 20) * 260, 420 + Math.floor(index / 20) * 300]],
        ]),
      ),
    },
  };
}

async function rows(api: Client, table: string): Promise<number> {
  await api.addRows(table, { rows: PAYLOADS.map((text) => ({ name: text, city: text })) });
  return PAYLOADS.length;
}

/** Executions that failed with each of the texts. */
async function failures(api: Client): Promise<number> {
  const workflow = await addWorkflow(api, {
    format: "penstock/1",
    name: "Fails",
    nodes: [
      { id: "start", name: "Start", type: "penstock/flow.manual" },
      {
        id: "stop",
        name: "Stop",
        type: "penstock/flow.stop",
        config: { message: "={{ $json.why }}" },
      },
    ],
    edges: [{ from: ["start", "main"], to: ["stop", "main"] }],
  });
  return await each((why) => api.runDraft(workflow, { items: [{ json: { why } }] }));
}

/** A form, and a question, that are hostile from their titles to their buttons. */
async function outsiders(api: Client, url: string): Promise<readonly string[]> {
  const texts = rotation(PAYLOADS);
  const forms = await Promise.all(
    Array.from({ length: Math.ceil(PAYLOADS.length / 6) }, async (_, index) => {
      const path = `form${index}`;
      const fields = [texts(), texts(), texts()].map((label, at) => ({
        label,
        name: `f${at}`,
      }));
      const workflow = await addWorkflow(api, {
        format: "penstock/1",
        name: `Form ${index}`,
        nodes: [
          {
            id: "form",
            name: "Form",
            type: "penstock/flow.form",
            config: { path, title: texts(), description: texts(), button: texts(), fields },
          },
        ],
      });
      await api.publishWorkflow(workflow, { activate: true });
      return `${url}/form/default/${path}`;
    }),
  );
  return forms;
}

async function answering(api: Client, url: string): Promise<string> {
  const workflow = await addWorkflow(api, {
    format: "penstock/1",
    name: "Answers",
    nodes: [
      {
        id: "hook",
        name: "Webhook",
        type: "penstock/flow.webhook",
        config: { path: "page", method: "GET", reply: "respond" },
      },
      {
        id: "respond",
        name: "Respond",
        type: "penstock/flow.respond",
        config: {
          reply: "text",
          text: `<!doctype html>${PAYLOADS.slice(0, 40).join("\n")}`,
          headers: [{ name: "content-type", value: "text/html" }],
        },
      },
    ],
    edges: [{ from: ["hook", "main"], to: ["respond", "main"] }],
  });
  await api.publishWorkflow(workflow, { activate: true });
  return `${url}/hook/default/page`;
}
