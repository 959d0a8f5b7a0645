// What is told about something that was thrown: its name, message and place in the person's source.
(function (P) {
  "use strict";
  // Frames of the person's code are those of compiled text; ours have a file name.
  const FRAME = /^\s*at (?:(.*) \()?<(?:input|evalScript|anonymous)>:(\d+)(?::(\d+))?\)?$/;

  function frames(stack) {
    const found = [];
    for (const line of stack.split("\n")) {
      const match = FRAME.exec(line);
      if (match) found.push({ name: match[1] || "", line: Number(match[2]), column: Number(match[3] || 1) });
    }
    return found;
  }

  // The line that a failure at the first line of a person's source is reported at.
  P.firstLine = (error) => frames(error.stack)[0].line;

  // `first` is set where code is compiled with lines of ours before it, `last` to how many lines it has, and
  // `place` where it has several files.
  P.origin = { first: 1, last: Infinity, place: null };

  function ownFrames(stack) {
    const { first, last, place } = P.origin;
    return frames(stack).flatMap((frame) => {
      const line = frame.line - first + 1;
      if (line < 1 || line > last) return [];
      if (place === null) return [{ ...frame, line, file: "" }];
      const found = place(line);
      return found === null ? [] : [{ ...frame, line: found.line, file: `${found.name}, ` }];
    });
  }

  function text(value, fallback) {
    try {
      return String(value);
    } catch {
      return fallback;
    }
  }

  const LONGEST = 10_000;
  const MOST_DATA = 100_000;

  function read(object, key, fallback) {
    try {
      const value = object[key];
      return value === undefined || value === null ? fallback : text(value, fallback).slice(0, LONGEST);
    } catch {
      return fallback;
    }
  }

  // Classes that extend Error inherit its name, and their own says more.
  function nameOf(thrown) {
    const name = read(thrown, "name", "Error");
    if (name !== "Error") return name;
    try {
      return read(thrown.constructor, "name", "") || name;
    } catch {
      return name;
    }
  }

  // The errors that an author raises: never again, or later.
  class NodeFailed extends Error {
    constructor(message, { hint = "", item, field, data } = {}) {
      super(message);
      Object.assign(this, { code: "node.failed", hint, item, field, data });
    }
  }
  class RetryLater extends NodeFailed {
    constructor(message, { delayS = 0, ...more } = {}) {
      super(message, more);
      Object.assign(this, { code: "node.retry_later", delayS });
    }
  }
  P.errors = { NodeFailed, RetryLater };

  function tellMore(thrown, described) {
    if (Number.isFinite(thrown.delayS)) described.delay_s = thrown.delayS;
    try {
      const data = JSON.stringify(thrown.data);
      if (data !== undefined && data.length <= MOST_DATA) described.data = JSON.parse(data);
    } catch {
      // Data that is not JSON is left out: the error itself matters more.
    }
  }

  P.describe = function (thrown) {
    if (thrown === null || (typeof thrown !== "object" && typeof thrown !== "function")) {
      return { name: "Error", message: text(thrown, "a value without a text was thrown").slice(0, LONGEST) };
    }
    const described = { name: nameOf(thrown), message: read(thrown, "message", "") };
    const own = ownFrames(read(thrown, "stack", ""));
    if (own.length) {
      described.line = own[0].line;
      described.column = own[0].column;
      described.stack = own
        .map((f) => `at ${f.name || "code"} (${f.file}line ${f.line}, column ${f.column})`).join("\n");
    }
    for (const key of ["code", "hint", "field"]) {
      const value = read(thrown, key, "");
      if (value) described[key] = value;
    }
    if (thrown instanceof NodeFailed) tellMore(thrown, described);
    const item = P.itemAtFault?.() ?? Number(read(thrown, "item", "-1"));
    if (Number.isInteger(item) && item >= 0) described.item = item;
    return described;
  };
})(globalThis.__penstock ??= {});
