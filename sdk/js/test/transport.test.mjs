import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";

import { Client, Events, ServerFailed, SignInNeeded, TooMuch, Unreachable } from "@penstock/client";

/** A server that gives one prepared answer after the other, and what it was asked. */
async function far(context, ...answers) {
  return await farWith(context, {}, ...answers);
}

async function farWith(context, options, ...answers) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push({ ...request.headers, url: request.url });
    const [status, body, headers = {}] = answers.shift();
    if (status === 0) {
      request.socket.destroy();
    } else if (status === -1) {
      response.writeHead(200, { "content-length": 100 }).write("{");
      setImmediate(() => request.socket.destroy());
    } else {
      response.writeHead(status, headers).end(body);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/`;
  return { asked, client: new Client({ url, ...options }) };
}

const GOOD = [200, JSON.stringify({ items: [], next_cursor: null, findings: [] })];
const refused = (status, code = "") => [
  status,
  JSON.stringify({ status, code, detail: "No.", hint: "Do this." }),
  { "retry-after": "0" },
];

test("a call says who asks and for what", async (context) => {
  const options = { token: "t", workspace: "w", headers: { "x-csrf-token": "c" } };
  const { asked, client } = await farWith(context, options, GOOD);

  await client.listWorkflows({ active: true, search: "a b", tag: undefined });

  assert.equal(asked[0].url, "/api/v1/workflows?search=a+b&active=true");
  assert.equal(asked[0].authorization, "Bearer t");
  assert.equal(asked[0]["penstock-workspace"], "w");
  assert.equal(asked[0]["x-csrf-token"], "c");
});

test("what was refused before it was done is asked again, as told", async (context) => {
  const { asked, client } = await far(context, refused(429), refused(503), GOOD);

  await client.validateDocument({ document: {} });

  assert.equal(asked.length, 3);
  assert.equal(new Set(asked.map((headers) => headers["idempotency-key"])).size, 1);
});

test("what reads or carries a key is asked again over a broken connection", async (context) => {
  const { asked, client } = await far(context, [0], [-1], GOOD, [0], GOOD);

  await client.listTags();
  await client.validateDocument({ document: {} });

  assert.equal(asked.length, 5);
});

test("what may have been done is not asked again", async (context) => {
  const { asked, client } = await far(context, [0]);

  await assert.rejects(client.saveWorkflow("x", { document: {} }, { etag: "1" }), Unreachable);
  assert.equal(asked.length, 1);
  assert.equal(asked[0]["if-match"], '"1"');
});

test("what another attempt would not change is told at once", async (context) => {
  const { asked, client } = await far(context, refused(401), [500, "<html>"]);

  await assert.rejects(client.listTags(), SignInNeeded);
  await assert.rejects(client.listTags(), ServerFailed);
  assert.equal(asked.length, 2);
});

test("the last attempt tells why", async (context) => {
  const { asked, client } = await far(context, ...Array(5).fill(refused(429, "queue.full")));

  await assert.rejects(client.listTags(), (error) => {
    assert.ok(error instanceof TooMuch);
    assert.equal(error.message, "No. (queue.full)\nDo this.");
    return true;
  });
  assert.equal(asked.length, 5);
});

test("events go on behind the last one after a dropped connection", async (context) => {
  const { asked, client } = await far(
    context,
    [200, 'retry: 0\nid: 1\nevent: step\ndata: {"a":\ndata: 1}\n\n: beat\nid: 2\ndata: cut'],
    [0],
    [200, "id: 3\r\ndata: x\r\n\r\n"],
    [204],
  );
  const got = [];

  for await (const event of new Events(client.transport, { method: "GET", path: "/x" })) {
    got.push(event);
  }

  assert.deepEqual(got, [
    { id: "1", name: "step", data: '{"a":\n1}' },
    { id: "3", name: "message", data: "x" },
  ]);
  assert.deepEqual(
    asked.map((headers) => headers["last-event-id"]),
    [undefined, "1", "1", "3"],
  );
});
