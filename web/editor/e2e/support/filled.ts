/** A workspace in which everything is there that a screen could show. */

import type { Client, models } from "@penstock/client";
import { given, hello } from "./documents";

type Document = models.Document;

/** Which text to use where a plain one would do; a test of hostile texts has others. */
export type Say = (plain: string) => string;

export interface Things {
  readonly workflow: string;
  readonly hooked: string;
  readonly webhook: string;
  readonly table: string;
  readonly template: string;
  readonly success: string;
  readonly failure: string;
  readonly waiting: string;
}

/** Everything, once. */
export async function fill(api: Client, url: string, say: Say = (plain) => plain): Promise<Things> {
  const folder = await api.addFolder({ name: say("Sales") });
  await api.addFolder({ name: say("Archive 2025"), parent: folder.id });
  const flow = await publish(api, orders(say), folder.id, [say("orders"), say("sales")]);
  const success = await run(api, flow, [{ json: { who: say("Ada") } }]);
  await api.runDraft(flow, { items: [{ json: { who: say("Grace") } }] }, { wait: true });
  await discuss(api, flow, say);
  const failure = await run(api, await publish(api, failing(say)), []);
  const waiting = await run(api, await publish(api, asking(say)), []);
  await publish(api, scheduled(say));
  const hooked = await publish(api, answering(say));
  const webhook = await called(api, url, hooked, say);
  await keep(api, flow, say);
  const table = await tabulate(api, say);
  const template = await api.addTemplate({ workflow: flow, name: say("Order intake") });
  return {
    workflow: flow,
    hooked,
    webhook,
    table,
    template: template.id,
    success,
    failure,
    waiting,
  };
}

async function publish(
  api: Client,
  document: Document,
  folder = "",
  tags: readonly string[] = [],
): Promise<string> {
  const { value } = await api.addWorkflow({ document: given(document), folder, tags });
  await api.publishWorkflow(value.id, { note: document.name, activate: true });
  return value.id;
}

async function run(api: Client, workflow: string, items: readonly models.Item[]): Promise<string> {
  const started = await api.startExecution(
    workflow,
    items.length > 0 ? { items } : {},
    // What asks somebody waits for good.
    { wait: true, timeout_s: 2 },
  );
  return started.value.execution;
}

function orders(say: Say): Document {
  const plain = hello(say("Order intake"));
  return {
    ...plain,
    description: say("Takes orders and greets who sent them."),
    nodes: [
      ...(plain.nodes ?? []),
      {
        id: "more",
        name: "More",
        type: "penstock/data.set",
        config: { assignments: [{ name: "note", value: say("thanks") }] },
      },
    ],
    edges: [...(plain.edges ?? []), { from: ["done", "main"], to: ["more", "main"] }],
    notes: [
      { id: "note", text: say("## Orders\n\nCome by **mail**."), width: 260, height: 130 },
      { id: "second", text: say("Ask *Ada* about refunds."), width: 220, height: 110 },
    ],
    groups: [{ id: "group", title: say("Greeting"), nodes: ["greet", "done"] }],
    layout: { ...plain.layout, more: [864, 0], note: [0, 200], second: [320, 200] },
  };
}

async function discuss(api: Client, workflow: string, say: Say): Promise<void> {
  const first = await api.addComment(workflow, { text: say("Is this polite?"), node: "greet" });
  await api.addComment(workflow, { text: say("Very."), answers: first.id });
}

function failing(say: Say): Document {
  return one(say("Invoice check"), {
    id: "stop",
    name: "Check",
    type: "penstock/flow.stop",
    config: { message: say("The invoice has no lines") },
  });
}

function asking(say: Say): Document {
  return one(say("Refund"), {
    id: "ask",
    name: "Ask",
    type: "penstock/flow.approval",
    config: {
      title: say("Refund 250 EUR?"),
      message: say("Order A-17 was returned."),
      approve: say("Refund"),
      decline: say("Keep"),
    },
  });
}

function scheduled(say: Say): Document {
  return {
    format: "penstock/1",
    name: say("Nightly report"),
    nodes: [
      {
        id: "nightly",
        name: "Nightly",
        type: "penstock/flow.schedule",
        config: { rules: [{ unit: "days", hour: 2, minute: 30 }] },
      },
    ],
    layout: { nightly: [0, 0] },
  };
}

function answering(say: Say): Document {
  return {
    format: "penstock/1",
    name: say("Order desk"),
    nodes: [
      {
        id: "hook",
        name: "Webhook",
        type: "penstock/flow.webhook",
        config: { path: "desk", method: "POST", reply: "respond" },
      },
      { id: "respond", name: "Respond", type: "penstock/flow.respond" },
    ],
    edges: [{ from: ["hook", "main"], to: ["respond", "main"] }],
    layout: { hook: [0, 0], respond: [288, 0] },
  };
}

function one(name: string, node: models.NodeSpec): Document {
  return {
    format: "penstock/1",
    name,
    nodes: [{ id: "start", name: "Start", type: "penstock/flow.manual" }, node],
    edges: [{ from: ["start", "main"], to: [node.id, "main"] }],
    layout: { start: [0, 0], [node.id]: [288, 0] },
  };
}

async function called(api: Client, url: string, workflow: string, say: Say): Promise<string> {
  for (const name of ["Ada", "Grace"]) {
    await fetch(`${url}/hook/default/desk`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: say(name), [say("wish")]: say("a book") }),
    });
  }
  for await (const webhook of api.listWebhooks({ workflow })) {
    return webhook.id;
  }
  throw new Error("The workflow that was published has no webhook.");
}

async function keep(api: Client, workflow: string, say: Say): Promise<void> {
  await api.addCredential({
    name: say("Shop API"),
    type: "http_bearer",
    fields: { token: "secret" },
    hosts: ["https://api.example.com"],
    rotate_days: 90,
  });
  await api.setVariable("region", { value: say("EU"), description: say("Where we sell") });
  await api.addView({ kind: "executions", name: say("Failed"), query: { status: ["error"] } });
  await api.addTeam({ name: say("Billing") });
  await api.addRole({ name: say("Reader"), grants: ["workflow:read", "execution:read"] });
  await api.addToken({ name: say("Reporting"), scopes: ["workflow:read"] });
  await api.invite({ email: "grace@example.com", role: "viewer" });
  await api.addAlert({
    name: say("Too many failures"),
    kind: "failure_rate",
    target: "https://alerts.example.com/hook",
    threshold: 0.2,
    workflow_id: workflow,
  });
  await api.addDestination({
    name: say("Data warehouse"),
    url: "https://events.example.com/hook",
    events: ["execution.error"],
  });
}

async function tabulate(api: Client, say: Say): Promise<string> {
  const table = await api.addTable({
    name: say("Customers"),
    columns: [{ name: "name" }, { name: "city" }, { name: "orders", kind: "number" }],
  });
  const rows = ["Ada", "Grace", "Edsger", "Barbara", "Donald"].map((name, orders) => ({
    name: say(name),
    city: say("Vienna"),
    orders,
  }));
  await api.addRows(table.id, { rows });
  return table.id;
}
