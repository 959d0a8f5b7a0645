/** Documents that the tests begin with. */

import type { models } from "@penstock/client";

type Document = models.Document;

/** As a call wants it. */
export function given(document: Document): Readonly<Record<string, unknown>> {
  return { ...document };
}

/** Starts by hand, greets, ends: runs without a network. */
export function hello(name = "Hello"): Document {
  return {
    format: "penstock/1",
    name,
    nodes: [
      { id: "start", name: "Start", type: "penstock/flow.manual" },
      {
        id: "greet",
        name: "Greet",
        type: "penstock/data.set",
        config: { assignments: [{ name: "text", value: "=Hello {{ $json.who }}!" }] },
      },
      { id: "done", name: "Done", type: "penstock/flow.noop" },
    ],
    edges: [
      { from: ["start", "main"], to: ["greet", "main"] },
      { from: ["greet", "main"], to: ["done", "main"] },
    ],
    layout: { start: [0, 0], greet: [288, 0], done: [576, 0] },
  };
}

/** Waits for so many seconds between its start and its end. */
export function slow(seconds: number, name = "Slow"): Document {
  return {
    format: "penstock/1",
    name,
    nodes: [
      { id: "start", name: "Start", type: "penstock/flow.manual" },
      {
        id: "wait",
        name: "Wait",
        type: "penstock/flow.wait",
        config: { amount: seconds, unit: "seconds" },
      },
      {
        id: "mark",
        name: "Mark",
        type: "penstock/data.set",
        config: { assignments: [{ name: "arrived", value: "yes" }] },
      },
    ],
    edges: [
      { from: ["start", "main"], to: ["wait", "main"] },
      { from: ["wait", "main"], to: ["mark", "main"] },
    ],
    layout: { start: [0, 0], wait: [288, 0], mark: [576, 0] },
  };
}

const ACROSS = 25;

/** So many nodes in rows, each joined to the one before it. */
export function large(nodes: number, name = "Large"): Document {
  const ids = Array.from({ length: nodes }, (_, index) => `n${index}`);
  return {
    format: "penstock/1",
    name,
    nodes: ids.map((id, index) => ({
      id,
      name: `Step ${index}`,
      ...(index === 0
        ? { type: "penstock/flow.manual" }
        : {
            type: "penstock/data.set",
            config: { assignments: [{ name: `field${index}`, value: "={{ $json.n }}" }] },
          }),
    })),
    edges: ids.slice(1).map((id, index) => ({ from: [`n${index}`, "main"], to: [id, "main"] })),
    layout: Object.fromEntries(
      ids.map((id, index) => [id, [(index % ACROSS) * 288, Math.floor(index / ACROSS) * 144]]),
    ),
  };
}
