// Packages written in JavaScript: `export async function run(ctx, items)`, or CommonJS's `exports.run`,
// with further files that are required by relative path.
(function (P) {
  "use strict";
  const NAME = "[A-Za-z_$][\\w$]*";
  const rules = [
    [new RegExp(`^([ \\t]*)export\\s+default\\s+(async\\s+function\\s*\\*?|function\\s*\\*?|class)\\s+(${NAME})`, "gm"),
      (add, _, space, kind, name) => (add("default", name), `${space}${kind} ${name}`)],
    [/^([ \t]*)export\s+default\s+/gm, (_add, _, space) => `${space}exports.default = `],
    [new RegExp(`^([ \\t]*)export\\s+(async\\s+function\\s*\\*?|function\\s*\\*?|class|const|let|var)\\s+(${NAME})`, "gm"),
      (add, _, space, kind, name) => (add(name, name), `${space}${kind} ${name}`)],
    [/^([ \t]*)export\s*\{([^}]*)\}\s*;?/gm, (add, _, space, list) => {
      for (const part of list.split(",").map((text) => text.trim()).filter(Boolean)) {
        const [local, exported] = part.split(/\s+as\s+/);
        add(exported ?? local, local);
      }
      return space + list.replace(/[^\n]/g, "");
    }],
    [new RegExp(`^([ \\t]*)import\\s+\\*\\s+as\\s+(${NAME})\\s+from\\s*(["'][^"']+["'])`, "gm"),
      (_add, _, space, name, path) => `${space}const ${name} = require(${path})`],
    [/^([ \t]*)import\s*\{([^}]*)\}\s*from\s*(["'][^"']+["'])/gm,
      (_add, _, space, list, path) => `${space}const {${list.replace(/\s+as\s+/g, ": ")}} = require(${path})`],
    [new RegExp(`^([ \\t]*)import\\s+(${NAME})\\s+from\\s*(["'][^"']+["'])`, "gm"),
      (_add, _, space, name, path) => `${space}const { default: ${name} } = require(${path})`],
    [/^([ \t]*)import\s*(["'][^"']+["'])/gm, (_add, _, space, path) => `${space}require(${path})`],
  ];

  // Turn a module's imports and exports into calls, line by line, so that positions stay.
  P.toCommonJs = function (source) {
    const exported = [];
    const add = (name, local) => exported.push(`exports[${JSON.stringify(name)}] = ${local};`);
    let text = source;
    for (const [pattern, replace] of rules) text = text.replace(pattern, (...found) => replace(add, ...found));
    return `${text}\n${exported.join(" ")}`;
  };

  function resolve(from, path, files) {
    const parts = from.split("/").slice(0, -1);
    for (const part of path.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== ".") parts.push(part);
    }
    const plain = parts.join("/");
    return [plain, `${plain}.js`, `${plain}.mjs`, `${plain}.cjs`, `${plain}.json`, `${plain}/index.js`]
      .find((name) => Object.hasOwn(files, name));
  }

  // Each file is compiled at lines of its own, so that a line says which file it is in.
  P.loader = function (files, libraries, refusal) {
    const cache = new Map();
    const places = [];
    let offset = 0;

    function evaluate(name) {
      const module = { exports: {} };
      cache.set(name, module);
      if (name.endsWith(".json")) return (module.exports = JSON.parse(files[name])), module.exports;
      const source = P.toCommonJs(files[name]);
      const count = source.split("\n").length + 1;
      places.push({ name, first: offset, last: offset + count });
      const text = "\n".repeat(offset) + source;
      offset += count;
      const factory = new Function("module", "exports", "require", `return function code() {\n${text}\n}`);
      factory(module, module.exports, (path) => load(name, String(path)))();
      return module.exports;
    }

    function load(from, path) {
      if (Object.hasOwn(libraries, path)) return libraries[path]();
      const name = resolve(from, path, files);
      if (name === undefined) {
        throw refusal("Error", `The module ${path} is not in this package`, `It was required by ${from}.`);
      }
      return cache.has(name) ? cache.get(name).exports : evaluate(name);
    }

    const place = (line) => {
      const found = places.find((entry) => line > entry.first && line <= entry.last);
      return found ? { name: found.name, line: line - found.first } : null;
    };
    return { load, evaluate, place };
  };

  const MAIN = "index.js";

  function context(task, helpers, refusal) {
    const { header } = task;
    const params = header.params ?? [];
    const at = (i) => params[Math.min(i, params.length - 1)] ?? {};
    const call = (name) => async (args) => P.request(name, args);
    const { ctx } = header;
    const bound = ctx.credentials ?? {};
    return {
      workspace: ctx.workspace ?? {},
      credential: (slot) => (Object.hasOwn(bound, slot) ? { slot, ...bound[slot] } : null),
      idempotencyKey: (i = 0) => {
        const key = ctx.idempotencyKeys?.[i];
        if (key !== undefined) return key;
        throw refusal("Error", "There is no idempotency key for a node without effects",
          "Set `effects` of the node in the manifest.");
      },
      node: ctx.node ?? {}, workflow: ctx.workflow ?? {}, execution: ctx.execution ?? {},
      timezone: ctx.zone ?? "UTC", runIndex: ctx.runIndex ?? 0, attempt: ctx.attempt ?? 1,
      now: () => ctx.now, ports: header.ports ?? ["main"], helpers,
      param: (name, i = 0) => at(i)[name],
      params: (i = 0) => at(i),
      http: { request: async (options, credential) =>
        P.httpRequest(options, credential ?? options?.credential) },
      log: Object.fromEntries(["debug", "info", "warning", "error"]
        .map((level) => [level, (...parts) => P.log(level, parts)])),
      state: {
        get: async (key, scope = "node") => call("state.get")({ key, scope }),
        set: async (key, value, { scope = "node", ttlS = null } = {}) =>
          call("state.set")({ key, value, scope, ttl_s: ttlS }),
        delete: async (key, scope = "node") => call("state.delete")({ key, scope }),
        update: async (key, expected, value, scope = "node") =>
          call("state.update")({ key, expected, value, scope }),
      },
      binary: {
        read: async (ref, { start = 0, size = null } = {}) =>
          P.fromBase64((await P.request("binary.read", { id: ref.id, start, size })).body),
        write: async (bytes, { mediaType, fileName } = {}) => helpers.prepareBinaryData(bytes, fileName, mediaType),
      },
      progress: (done, message) => P.progress(done, message),
    };
  }

  function distribute(task, result) {
    if (Array.isArray(result)) return P.collect(result, (task.ports.main ??= P.port()));
    for (const [name, list] of Object.entries(result ?? {})) {
      if (!Array.isArray(list)) throw new TypeError(`The node returned no list of items for its port ${name}`);
      P.collect(list, (task.ports[name] ??= P.port()));
    }
    return undefined;
  }

  P.runNode = async function (task, helpers, refusal) {
    const { header } = task;
    const files = { ...header.files, [MAIN]: header.source };
    const loader = P.loader(files, { luxon: () => P.luxon, jmespath: () => P.jmespath, penstock: () => P.errors }, refusal);
    P.origin.place = loader.place;
    const exported = loader.evaluate(MAIN);
    const nodes = exported.nodes ?? exported.default?.nodes ?? {};
    const node = Object.hasOwn(nodes, header.node) ? nodes[header.node] : (exported.default ?? exported);
    const run = typeof node === "function" ? node : node.run;
    if (typeof run !== "function") {
      throw refusal("Error", `The package exports no run(ctx, items) for its node ${header.node}`,
        "Write `export async function run(ctx, items) { … }`.");
    }
    distribute(task, await run.call(node, context(task, helpers, refusal), task.items));
  };
})(globalThis.__penstock ??= {});
