/** The tour for who is new. */
export const tour = {
  add: {
    text: "Press {{keys}}, or the plus behind a step, and search for what should happen next. Ctrl or ⌘ with Z takes everything back.",
    title: "Add a step",
  },
  count: "{{number}} of {{all}}",
  done: "Done",
  find: {
    text: "{{keys}} finds commands, workflows and nodes. Press ? for all keys. This tour is in the help menu.",
    title: "Find anything",
  },
  open: {
    text: "Click a node twice, or press {{keys}}. On the left is what comes in, in the middle what it does, on the right what comes out.",
    title: "Look into a node",
  },
  publish: {
    text: "You work on a draft that saves itself. What you publish is what schedules and webhooks run.",
    title: "Publish when it is ready",
  },
  run: {
    text: "This workflow runs as it is. Press Run, or {{keys}}, and watch the steps.",
    title: "Run it",
  },
  skip: "End the tour",
  workflow: "Hello",
};
