// The names that expressions and code see: $json, $input, $('Node'), $now and the rest.
//
// P.names(ctx, access) makes one object with all of them, from the context of docs/guests.md and
//   access.item()        the current item, {json, binary}, or undefined
//   access.index()       its index
//   access.items()       all items of the first input
//   access.paired(name)  the item of that node which the current item descends from, or undefined
// Every name is a getter, so that a name nobody asks for costs nothing.
(function (P) {
  "use strict";
  const { DateTime, Duration, Interval } = luxon;
  const search = jmespath.search;
  const JMESPATH_REFUSED = /(^|[^\w$])(constructor|prototype|__proto__|getPrototypeOf)([^\w$]|$)/;

  class ExpressionError extends Error {
    constructor(message, hint) {
      super(message);
      if (hint) this.hint = hint;
    }
    get name() {
      return "ExpressionError";
    }
  }
  P.ExpressionError = ExpressionError;

  const refuse = (message, hint) => {
    throw new ExpressionError(message, hint);
  };

  // --- Functions that need no context ---------------------------------------------------------

  const isEmpty = (value) =>
    value === undefined ||
    value === null ||
    value === "" ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === "object" &&
      Object.getPrototypeOf(value) === Object.prototype &&
      Object.keys(value).length === 0);

  const numbers = (values) => (values.length === 1 && Array.isArray(values[0]) ? values[0] : values);

  const zip = (keys, values) => {
    if (!Array.isArray(keys) || !Array.isArray(values)) {
      refuse("zip(): keys and values must be arrays");
    }
    if (keys.length !== values.length) refuse("zip(): keys and values must have the same length");
    return Object.fromEntries(Array.from(keys, (key, i) => [String(key), values[i]]));
  };

  const numberList = (first, last) => {
    const size = Math.abs(last - first) + 1;
    if (!(size <= 1e6)) refuse("numberList(): the list would be too long");
    return Array.from({ length: size }, (_, i) => (first <= last ? first + i : first - i));
  };

  const jmes = (data, query) => {
    if (typeof data !== "object" || data === null || typeof query !== "string") {
      refuse(
        "$jmespath() takes an object or a list, then a query",
        "Write $jmespath($json, 'people[*].name').",
      );
    }
    if (JMESPATH_REFUSED.test(query)) {
      refuse("This JMESPath query asks for a property that is not data");
    }
    return search(data, query);
  };

  const fromAI = (name, _description, _type, ...fallback) => {
    if (fallback.length > 0) return fallback[0];
    return refuse(
      `$fromAI(${JSON.stringify(name)}) has no value here`,
      "It is filled in by an AI agent that uses this node as a tool; give it a default as fourth argument.",
    );
  };

  const UNSAFE = new Set(["constructor", "prototype", "__proto__"]);

  // Calls one of the methods that every value has here.
  const extend = (value, method, args = []) => {
    if (typeof method !== "string" || UNSAFE.has(method)) {
      refuse(`extend() does not give access to ${String(method)}`);
    }
    return value[method](...args);
  };
  const extendOptional = (value, method) =>
    value?.[method] === undefined ? undefined : (...args) => extend(value, method, args);

  const PLAIN = {
    extend,
    extendOptional,
    DateTime,
    Duration,
    Interval,
    $jmespath: jmes,
    $jmesPath: jmes,
    $if: (condition, yes, no) => (condition ? yes : no),
    $ifEmpty: (value, otherwise) => (isEmpty(value) ? otherwise : value),
    ifEmpty: (value, otherwise) => (isEmpty(value) ? otherwise : value),
    $not: (value) => !value,
    not: (value) => !value,
    $min: (...values) => Math.min(...numbers(values)),
    min: (...values) => Math.min(...numbers(values)),
    $max: (...values) => Math.max(...numbers(values)),
    max: (...values) => Math.max(...numbers(values)),
    $average: (...values) => average(numbers(values)),
    average: (...values) => average(numbers(values)),
    numberList,
    zip,
    $fromAI: fromAI,
    $fromAi: fromAI,
    $fromai: fromAI,
  };

  function average(values) {
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  // --- Other nodes ----------------------------------------------------------------------------

  const known = (ctx, name) => {
    if (typeof name !== "string" || !ctx.nodes || !Object.hasOwn(ctx.nodes, name)) {
      refuse(
        `Referenced node doesn't exist: ${String(name)}`,
        "Check the spelling of the node's name in the expression.",
      );
    }
    return ctx.nodes[name];
  };

  const executed = (ctx, name) => {
    const node = known(ctx, name);
    if (!node.executed) {
      refuse(
        `Node '${name}' hasn't been executed`,
        `Run it first, or ask $('${name}').isExecuted before you use its data.`,
      );
    }
    return node;
  };

  // Imported workflows read where an item comes from; this is so where nothing was regrouped.
  const told = (ctx, item, index) =>
    ctx.lenient && item && item.pairedItem === undefined
      ? { ...item, pairedItem: { item: index } }
      : item;
  const allTold = (ctx, items) =>
    ctx.lenient ? items.map((item, index) => told(ctx, item, index)) : items;

  const rows = (node, output, run) => {
    if (run !== undefined && run !== -1 && run !== node.runIndex) {
      if (run < 0) throw new TypeError("A run is counted from 0");
      if (run > node.runIndex) refuse(`The node has no run ${run}, the last one is ${node.runIndex}`);
      const runs = node.runs ?? {};
      return (Object.hasOwn(runs, run) ? runs[run] : undefined)?.[output ?? 0] ?? [];
    }
    if (output !== undefined && node.outputs) return node.outputs[output] ?? [];
    return node.items ?? [];
  };

  const nodeView = (ctx, access, name) => {
    known(ctx, name);
    const data = () => executed(ctx, name);
    const paired = (index) => {
      data();
      if (typeof index !== "number") {
        refuse(
          "Missing item index for .itemMatching()",
          "Write the index of the item whose ancestor you want: .itemMatching(0).",
        );
      }
      return access.paired(name, index);
    };
    return {
      get item() {
        data();
        return told(ctx, access.paired(name, access.index()), access.index());
      },
      first(output, run) {
        const node = data();
        return output === undefined && run === undefined && "first" in node
          ? told(ctx, node.first ?? undefined, 0)
          : rows(node, output, run)[0];
      },
      last(output, run) {
        const node = data();
        return output === undefined && run === undefined && "last" in node
          ? told(ctx, node.last ?? undefined, node.count - 1)
          : rows(node, output, run).at(-1);
      },
      all: (output, run) => allTold(ctx, rows(data(), output, run)),
      itemMatching: paired,
      pairedItem: (index) => paired(index ?? access.index()),
      get isExecuted() {
        return known(ctx, name).executed;
      },
      get params() {
        return known(ctx, name).parameter;
      },
      get parameter() {
        return known(ctx, name).parameter;
      },
      get context() {
        return known(ctx, name).context ?? {};
      },
      get runIndex() {
        return known(ctx, name).runIndex;
      },
    };
  };

  // $node["X"]: the item with the same index, as older workflows have it.
  const oldNodeView = (ctx, access, name) => {
    const row = () => {
      const all = executed(ctx, name).items ?? [];
      if (all.length === 0) refuse(`Node '${name}' put out no items`);
      const index = access.index();
      if (index >= all.length) refuse(`Node '${name}' has no item with the index ${index}`);
      return all[index];
    };
    return {
      get json() {
        return row().json;
      },
      get data() {
        return row().json;
      },
      get binary() {
        return row().binary ?? {};
      },
      get parameter() {
        return known(ctx, name).parameter;
      },
      get runIndex() {
        return known(ctx, name).runIndex;
      },
      get context() {
        return known(ctx, name).context ?? {};
      },
    };
  };

  const oldNodes = (ctx, access) =>
    new Proxy(Object.create(null), {
      get: (_, name) => (typeof name === "symbol" ? undefined : oldNodeView(ctx, access, name)),
      has: (_, name) => typeof name === "string" && Object.hasOwn(ctx.nodes ?? {}, name),
      ownKeys: () => Object.keys(ctx.nodes ?? {}),
      getOwnPropertyDescriptor: (_, name) =>
        Object.hasOwn(ctx.nodes ?? {}, name)
          ? { enumerable: true, configurable: true, value: oldNodeView(ctx, access, name) }
          : undefined,
    });

  // --- The execution around -------------------------------------------------------------------

  const inputView = (ctx, access) => ({
    get item() {
      return access.item();
    },
    all: () => access.items(),
    first: () => access.items()[0],
    last: () => access.items().at(-1),
    itemMatching: (index) => access.items()[index],
    get params() {
      return (ctx.prevNode && ctx.nodes?.[ctx.prevNode.name]?.parameter) ?? {};
    },
    get context() {
      return (ctx.prevNode && ctx.nodes?.[ctx.prevNode.name]?.context) ?? {};
    },
  });

  const executionView = (ctx) => {
    const { customData = {}, ...facts } = ctx.execution ?? {};
    const only = () =>
      refuse(
        "$execution.customData can't be changed in an expression",
        "Expressions only read; set custom data in a code node.",
      );
    const set = ctx.setCustomData ?? only;
    return {
      ...facts,
      customData: {
        get: (key) => (Object.hasOwn(customData, key) ? customData[key] : undefined),
        getAll: () => ({ ...customData }),
        set: (key, value) => set({ [key]: value }),
        setAll: (values) => set(values),
      },
    };
  };

  const staticData = (ctx, scope) => {
    if (scope !== "global" && scope !== "node") {
      refuse(
        `$getWorkflowStaticData() knows "global" and "node", not ${JSON.stringify(scope)}`,
      );
    }
    ctx.static ??= {};
    return (ctx.static[scope] ??= {});
  };

  // By name, what makes the value.
  const MAKE = {
    __proto__: null,
    $json: (ctx, access) => access.item()?.json,
    $data: (ctx, access) => access.item()?.json,
    $binary: (ctx, access) => access.item()?.binary ?? {},
    $thisItem: (ctx, access) => access.item(),
    $itemIndex: (ctx, access) => access.index(),
    $position: (ctx, access) => access.index(),
    $thisItemIndex: (ctx, access) => access.index(),
    $runIndex: (ctx, access) => ctx.runIndex ?? 0,
    $thisRunIndex: (ctx, access) => ctx.runIndex ?? 0,
    $input: (ctx, access) => inputView(ctx, access),
    $: (ctx, access) => (name) => nodeView(ctx, access, name),
    $node: (ctx, access) => oldNodes(ctx, access),
    $items: (ctx, access) => (name, output, run) =>
      name === undefined ? (ctx.came ?? access.items()) : rows(executed(ctx, name), output, run),
    $item: (ctx, access) => (index) =>
      P.names(ctx, { ...access, index: () => index, item: () => access.items()[index] }),
    $now: (ctx, access) => DateTime.now(),
    $today: (ctx, access) => DateTime.now().startOf("day"),
    $prevNode: (ctx, access) => ctx.prevNode ?? {},
    $workflow: (ctx, access) => ctx.workflow ?? {},
    $execution: (ctx, access) => executionView(ctx),
    $executionId: (ctx, access) => ctx.execution?.id,
    $resumeWebhookUrl: (ctx, access) => ctx.execution?.resumeUrl,
    $mode: (ctx, access) => ctx.execution?.mode,
    $vars: (ctx, access) => ctx.vars ?? {},
    $parameter: (ctx, access) => ctx.parameter ?? {},
    $rawParameter: (ctx, access) => ctx.parameter ?? {},
    $nodeId: (ctx, access) => ctx.node?.id,
    $getWorkflowStaticData: (ctx, access) => (scope) => staticData(ctx, scope),
    $env: (ctx, access) =>
      refuse(
        "$env is not available: an expression never sees the environment of the server",
        "Put the value into a workspace variable and write $vars.NAME.",
      ),
    $secrets: (ctx, access) =>
      refuse(
        "$secrets is not available: no secret ever enters the sandbox",
        "Bind a credential to the node; the host signs its requests with it.",
      ),
  };

  P.hasName = (name) => Object.hasOwn(PLAIN, name) || name in MAKE;
  P.nameValue = (name, ctx, access) =>
    name in MAKE ? MAKE[name](ctx, access) : (PLAIN[name] ?? ctx.extra?.[name]);

  P.names = function (ctx, access) {
    const names = Object.assign(Object.create(null), PLAIN);
    const define = (name, get) =>
      Object.defineProperty(names, name, { get, enumerable: true, configurable: true });
    for (const name of Object.keys(MAKE)) define(name, () => MAKE[name](ctx, access));
    for (const name of Object.keys(ctx.extra ?? {})) define(name, () => ctx.extra[name]);
    return names;
  };

  // The moment of the step and the zone of the workflow, for everything that asks for the time.
  let zone = null;
  P.setMoment = function (ctx) {
    const wanted = ctx.zone || "UTC";
    if (wanted === zone) return;
    P.setZone(wanted);
    zone = wanted;
  };
})((globalThis.__penstock ??= {}));
