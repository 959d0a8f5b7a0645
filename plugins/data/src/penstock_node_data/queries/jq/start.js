// jq in JavaScript: reads a program, and gives its results for a value. It runs in the sandbox only,
// which is what ends a program without an end.
//
// How it works: `parse` makes a tree; `run(node, value, path, env, emit)` calls `emit(value, path)` for
// each result. `path` is null unless somebody asked where results stand (`path`, `del`, `|=`), so that
// one evaluator serves both. The dollar sign is written as VAR so that the host sees no names in here.

const VAR = "\x24";

class JqError extends Error {
  constructor(value) {
    super(typeof value === "string" ? value : JSON.stringify(value));
    this.value = value;
  }
}
class Break { constructor(label) { this.label = label; } }
