/** Workflows that keys are tried on. */

import type { models } from "@penstock/client";

const step = (id: string, name: string): models.NodeSpec => ({
  id,
  name,
  type: "penstock/data.set",
  config: { assignments: [{ name: id, value: "yes" }] },
});

/** Four steps in a line, one that stands below, and one that runs another workflow. */
export function keysGround(called: string): models.Document {
  return {
    format: "penstock/1",
    name: "Keys",
    nodes: [
      { id: "start", name: "Start", type: "penstock/flow.manual" },
      step("first", "First"),
      step("second", "Second"),
      step("third", "Third"),
      step("lower", "Lower"),
      {
        id: "call",
        name: "Call",
        type: "penstock/flow.execute",
        config: { workflow: called },
      },
    ],
    edges: [
      { from: ["start", "main"], to: ["first", "main"] },
      { from: ["first", "main"], to: ["second", "main"] },
      { from: ["first", "main"], to: ["lower", "main"] },
      { from: ["second", "main"], to: ["third", "main"] },
      { from: ["third", "main"], to: ["call", "main"] },
    ],
    layout: {
      start: [0, 0],
      first: [288, 0],
      second: [576, 0],
      lower: [576, 160],
      third: [864, 0],
      call: [1152, 0],
    },
  };
}

/** What the last step of it runs. */
export function calledGround(): models.Document {
  return {
    format: "penstock/1",
    name: "Called",
    nodes: [{ id: "start", name: "Start", type: "penstock/flow.manual" }],
    layout: { start: [0, 0] },
  };
}

export function chatty(): models.Document {
  return {
    format: "penstock/1",
    name: "Chatty",
    nodes: [{ id: "chat", name: "Chat", type: "penstock/flow.chat", config: { path: "talk" } }],
    layout: { chat: [0, 0] },
  };
}

export function hooked(): models.Document {
  return {
    format: "penstock/1",
    name: "Hooked",
    nodes: [
      {
        id: "hook",
        name: "Webhook",
        type: "penstock/flow.webhook",
        config: { path: "keys", method: "POST" },
      },
    ],
    layout: { hook: [0, 0] },
  };
}
