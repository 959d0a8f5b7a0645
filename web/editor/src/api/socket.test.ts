import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Happened } from "./happened";
import { type Ear, Live } from "./socket";

interface Fake {
  readonly ear: Ear;
  readonly address: string;
  readonly sent: Record<string, unknown>[];
  isClosed: boolean;
}

let lines: Fake[] = [];
let told: string[] = [];
let address = "ws://here";
let live: Live;
let signedOut = 0;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  told = [];
  address = "ws://here";
  signedOut = 0;
  live = new Live({
    address: () => address,
    connect: (to, ear) => {
      const fake: Fake = { ear, address: to, sent: [], isClosed: false };
      lines.push(fake);
      return {
        send: (text) => void fake.sent.push(JSON.parse(text)),
        close: () => {
          fake.isClosed = true;
        },
      };
    },
    told: (connection) => told.push(connection),
    signedOut: () => {
      signedOut += 1;
    },
    random: () => 1,
  });
});

afterEach(() => vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTime(ms);
const line = (): Fake => lines.at(-1) as Fake;
const hear = (...events: Partial<Happened>[]) =>
  line().ear.heard(JSON.stringify(events.map((one) => ({ id: "", ...one }))));

function kinds() {
  const heard: string[] = [];
  return {
    heard,
    tell: (events: readonly Happened[]) => void heard.push(...events.map((e) => e.kind)),
  };
}

test("there is no connection before somebody watches, and one for all", () => {
  expect(lines).toHaveLength(0);
  live.watch({ workflow: "w" }, () => undefined);
  live.watch({ execution: "e" }, () => undefined);
  live.watch({ workflow: "w" }, () => undefined);
  line().ear.opened();

  expect(lines).toHaveLength(1);
  expect(line().sent).toEqual([
    { do: "subscribe", workflow: "w" },
    { do: "subscribe", execution: "e" },
  ]);
});

test("everybody is told of what he watches and of nothing else", () => {
  const [workflow, execution, workspace] = [kinds(), kinds(), kinds()];
  live.watch({ workflow: "w" }, workflow.tell);
  live.watch({ execution: "e" }, execution.tell);
  live.watch({ workspace: true }, workspace.tell);
  line().ear.opened();
  hear(
    { kind: "hello" },
    { kind: "workflow.saved", workflow: "w" },
    { kind: "step.started", workflow: "w", execution: "e" },
    { kind: "step.started", workflow: "x", execution: "f" },
  );

  expect(workflow.heard).toEqual(["workflow.saved", "step.started"]);
  expect(execution.heard).toEqual(["step.started"]);
  expect(workspace.heard).toEqual(["workflow.saved", "step.started", "step.started"]);
});

test("what comes in one message comes in one list, and what cannot be read is passed over", () => {
  const tell = vi.fn();
  live.watch({ workspace: true }, tell);
  line().ear.opened();
  line().ear.heard("{ broken");
  line().ear.heard("[1, null]");
  hear({ kind: "a" }, { kind: "b" });

  expect(tell).toHaveBeenCalledTimes(1);
  expect(tell.mock.calls[0]?.[0]).toHaveLength(2);
});

test("after a break it goes on behind the last event, waiting longer each time", () => {
  live.watch({ workflow: "w" }, () => undefined);
  line().ear.opened();
  hear({ kind: "step.started", workflow: "w", id: "p-7" });
  line().ear.closed(1006);
  expect(told).toEqual(["on", "off"]);

  pass(499);
  expect(lines).toHaveLength(1);
  pass(1);
  expect(lines).toHaveLength(2);
  line().ear.closed(1006);
  pass(999);
  expect(lines).toHaveLength(2);
  pass(1);
  line().ear.opened();
  expect(line().sent).toEqual([{ do: "subscribe", workflow: "w", after: "p-7" }]);
  expect(told.at(-1)).toBe("on");
});

test("a break before any event means that something may be missing", () => {
  const { heard, tell } = kinds();
  live.watch({ workflow: "w" }, tell);
  line().ear.opened();
  expect(heard).toEqual([]);
  line().ear.closed(1012);
  pass(1_000);
  line().ear.opened();

  expect(heard).toEqual(["missed"]);
});

test("what the server misses is told to whom it concerns, what a slow client lost to all", () => {
  const [one, other] = [kinds(), kinds()];
  live.watch({ workflow: "w" }, one.tell);
  live.watch({ workflow: "x" }, other.tell);
  line().ear.opened();
  hear({ kind: "missed", workflow: "w" }, { kind: "lost", count: 5 });

  expect(one.heard).toEqual(["missed", "lost"]);
  expect(other.heard).toEqual(["lost"]);
});

test("the last one who watches something ends it, and the connection lingers a moment", () => {
  const first = live.watch({ workflow: "w" }, () => undefined);
  const second = live.watch({ workflow: "w" }, () => undefined);
  line().ear.opened();
  first();
  first();
  expect(line().sent).toHaveLength(1);
  second();
  expect(line().sent.at(-1)).toEqual({ do: "unsubscribe", workflow: "w" });
  pass(4_000);
  live.watch({ workflow: "x" }, () => undefined)();
  pass(4_000);
  expect(line().isClosed).toBe(false);
  pass(2_000);
  expect(line().isClosed).toBe(true);
  expect(lines).toHaveLength(1);
});

test("a workflow is open as long as one part of the page has it open, on new connections too", () => {
  const first = live.open("w");
  const second = live.open("w");
  line().ear.opened();
  expect(line().sent).toEqual([{ do: "open", workflow: "w" }]);
  first();
  line().ear.closed(1006);
  pass(1_000);
  line().ear.opened();
  expect(line().sent).toEqual([{ do: "open", workflow: "w" }]);
  second();
  expect(line().sent.at(-1)).toEqual({ do: "close", workflow: "w" });
});

test("who has a workflow open is known to whoever asks later", () => {
  live.watch({ workflow: "w" }, () => undefined);
  line().ear.opened();
  hear({ kind: "presence", workflow: "w", people: [{ id: "us_2", name: "Grace" }] });

  expect(live.people("w")).toEqual([{ id: "us_2", name: "Grace" }]);
  line().ear.closed(1006);
  expect(live.people("w")).toEqual([]);
});

test("a connection that gives no answer is given up", () => {
  live.watch({ workflow: "w" }, () => undefined);
  const first = line();
  first.ear.opened();
  pass(25_000);
  expect(first.sent.at(-1)).toEqual({ do: "ping" });
  hear({ kind: "pong" });
  pass(25_000 + 9_999);
  expect(first.isClosed).toBe(false);
  pass(1);
  expect(first.isClosed).toBe(true);
  pass(1_000);
  expect(lines).toHaveLength(2);
});

test("a connection that never opens is tried again", () => {
  live.watch({ workflow: "w" }, () => undefined);
  pass(11_000);

  expect(lines).toHaveLength(2);
});

test("when the network is back it is tried at once", () => {
  live.watch({ workflow: "w" }, () => undefined);
  for (let attempt = 0; attempt < 6; attempt += 1) {
    line().ear.closed(1006);
    pass(20_000);
  }
  line().ear.closed(1006);
  const before = lines.length;
  live.wake();

  expect(lines).toHaveLength(before + 1);
});

test("another address makes a new connection, and the old one has nothing to say any more", () => {
  const { heard, tell } = kinds();
  live.watch({ workspace: true }, tell);
  const old = line();
  old.ear.opened();
  hear({ kind: "a", id: "p-1" });
  address = "ws://here?workspace=other";
  live.watch({ workflow: "w" }, () => undefined);
  line().ear.opened();
  old.ear.heard('[{"id": "p-2", "kind": "old"}]');

  expect(old.isClosed).toBe(true);
  expect(line().address).toBe("ws://here?workspace=other");
  expect(line().sent[0]).toEqual({ do: "subscribe", workspace: true });
  expect(heard).toEqual(["a"]);
});

test("that a session has ended is told", () => {
  live.watch({ workflow: "w" }, () => undefined);
  line().ear.opened();
  line().ear.closed(4401);

  expect(signedOut).toBe(1);
});
