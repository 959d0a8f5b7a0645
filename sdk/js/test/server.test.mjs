import assert from "node:assert/strict";
import { test } from "node:test";

import { Changed, Client, NotFound, NotValid, SignInNeeded } from "@penstock/client";

const client = new Client({ url: process.env.PENSTOCK_URL, token: process.env.PENSTOCK_TOKEN });
const START = { id: "start", name: "Start", type: "penstock/flow.manual" };
const document = (name) => ({ format: "penstock/1", name, nodes: [START], edges: [] });

async function names(list) {
  const found = [];
  for await (const one of list) {
    found.push(one.name);
  }
  return found;
}

test("what was kept is read back", async () => {
  const added = await client.addWorkflow({ document: document("One"), tags: ["b", "a"] });
  const read = await client.showWorkflow(added.value.id);

  assert.equal(added.etag, "1");
  assert.equal(read.etag, "1");
  assert.deepEqual(read.value.workflow.tags, ["a", "b"]);
  assert.equal(read.value.document.name, "One");
});

test("a change of what somebody else changed is refused as such", async () => {
  const added = await client.addWorkflow({ document: document("Two") });
  const change = { document: document("Two, changed") };

  const saved = await client.saveWorkflow(added.value.id, change, { etag: added.etag });

  assert.equal(saved.etag, "2");
  await assert.rejects(client.saveWorkflow(added.value.id, change, { etag: added.etag }), (error) => {
    assert.ok(error instanceof Changed);
    assert.equal(error.code, "workflow.changed");
    return true;
  });
});

test("a list goes on over its pages", async () => {
  const paged = client.inWorkspace((await client.addWorkspace({ name: "Pages" })).id);
  for (const name of ["a", "b", "c"]) {
    await paged.addWorkflow({ document: document(name) });
  }

  const first = await paged.listWorkflows({ limit: 2 });

  assert.deepEqual(first.items.map((one) => one.name), ["a", "b"]);
  assert.deepEqual(await names(paged.listWorkflows({ limit: 2 })), ["a", "b", "c"]);
});

test("the same key does it once", async () => {
  const once = { idempotencyKey: "k-1" };
  const first = await client.addWorkflow({ document: document("Once") }, once);
  const again = await client.addWorkflow({ document: document("Once") }, once);

  assert.deepEqual(again, first);
});

test("what is not there and what does not fit are told apart", async () => {
  await assert.rejects(client.showWorkflow("nope"), NotFound);
  await assert.rejects(client.addWorkflow({ document: document("x"), tags: [""] }), (error) => {
    assert.ok(error instanceof NotValid);
    assert.equal(error.problem.field, "body.tags[0]");
    return true;
  });
});

test("an id stays one part of the address", async () => {
  await assert.rejects(client.showWorkflow("a/../../tags?x=1#y"), NotFound);
  await assert.rejects(client.showWorkflow(".."), TypeError);
});

test("a token that is not good lets nobody in", async () => {
  const stranger = new Client({ url: process.env.PENSTOCK_URL, token: "pst_no" });

  await assert.rejects(stranger.listTags(), SignInNeeded);
});

test("a call can be ended", async () => {
  const signal = AbortSignal.abort(new Error("enough"));

  await assert.rejects(client.listTags({ signal }), /enough/);
});

test("what happens is told while it happens", async () => {
  const kept = await client.addWorkflow({ document: document("Watched") });
  await client.publishWorkflow(kept.value.id, { activate: true });
  const kinds = [];

  for await (const event of client.watch({ workflows: [kept.value.id] })) {
    const { kind } = JSON.parse(event.data);
    kinds.push(kind);
    if (kind === "subscribed") {
      await client.startExecution(kept.value.id);
    }
    if (kind === "execution.finished") {
      break;
    }
  }

  assert.ok(kinds.includes("step.finished"));
});
