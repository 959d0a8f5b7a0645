// Code that a person wrote into a node, and packages: compiled, run once or for each item, its result
// brought into items.
(function (P) {
  "use strict";
  const parse = JSON.parse, stringify = JSON.stringify;
  const { hasOwn } = Object, { isArray } = Array;
  const CHUNK = 1000;
  const WORDS = /[A-Za-z_$][\w$]*/g;
  // What differs from item to item; everything else is made once.
  const MOVING = new Set(["$json", "$data", "$binary", "$itemIndex", "$position", "$thisItem", "$thisItemIndex",
    "item", "$item", "$functionItem"]);

  let task = null;

  function refusal(name, message, hint) {
    const error = new Error(message);
    error.name = name;
    if (hint) error.hint = hint;
    return error;
  }

  // --- Names ----------------------------------------------------------------------------------

  function show(value) {
    if (typeof value === "string") return value;
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (typeof value === "function") return `[Function: ${value.name || "anonymous"}]`;
    try {
      return stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  }

  const LEVELS = { log: "info", info: "info", warn: "warning", error: "error", debug: "debug", trace: "debug" };
  const note = globalThis.__penstock_note;
  delete globalThis.__penstock_note;
  let wanted = true;

  const LONGEST = 16_384;

  P.log = function (level, parts) {
    if (!wanted) return;
    const message = parts.map((part) => show(part).slice(0, LONGEST)).join(" ").slice(0, LONGEST);
    wanted = note("log", stringify({ level, message: message.toWellFormed() }));
  };
  P.progress = function (done, message) {
    if (wanted) wanted = note("progress", stringify({ done: Number(done), message: String(message ?? "").slice(0, LONGEST).toWellFormed() }));
  };

  globalThis.console = {};
  for (const name of Object.keys(LEVELS)) {
    globalThis.console[name] = (...parts) => P.log(LEVELS[name], parts);
  }
  for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
    globalThis[name] = () => {
      throw refusal("Error", `${name} is not available: code does not sleep while it holds a sandbox`,
        "Put a Wait node behind this one.");
    };
  }
  globalThis.fetch = () => {
    throw refusal("Error", "fetch is not available", "Use this.helpers.httpRequest({url}).");
  };

  function http(options, credential) {
    if (task.header.http || task.header.kind === "node") return P.httpRequest(options, credential);
    throw refusal("Error", "This code was not given access to HTTP",
      "Turn on HTTP requests in the settings of the code node.");
  }

  const helpers = {
    httpRequest: async (options) => http(options),
    httpRequestWithAuthentication: async (credential, options) => http(options, credential),
    request: async (options) => http(options),
    requestWithAuthentication: async (credential, options) => http(options, credential),
    getBinaryDataBuffer: async (index, property) => {
      const found = task.items[index]?.binary?.[property];
      if (!found) throw refusal("Error", `Item ${index} has no binary data with the name ${show(property)}`);
      return P.fromBase64((await P.request("binary.read", { id: found.id, start: 0, size: null })).body);
    },
    prepareBinaryData: async (bytes, fileName, type = "application/octet-stream") => {
      const args = { body: P.toBase64(bytes), media_type: type, file_name: fileName ?? null };
      const answer = await P.request("binary.write", args);
      return { id: answer.id, media_type: type, file_name: fileName ?? null, size: bytes.length };
    },
    returnJsonArray: (values) =>
      (isArray(values) ? values : [values]).map((value) => (isObject(value?.json) ? value : { json: value })),
  };

  const LIBRARIES = { luxon: () => P.luxon, jmespath: () => P.jmespath };

  // What people mostly ask for, and where it is.
  const INSTEAD = {
    axios: "For requests: this.helpers.httpRequest({url}).",
    cheerio: "To read HTML: an HTML node before this one.",
    crypto: "For hashes and signatures: a Crypto node before this one.",
    fs: "For files: a node that reads or writes them.",
    moment: "For dates: DateTime of luxon.",
    request: "For requests: this.helpers.httpRequest({url}).",
  };

  function requireLibrary(name) {
    if (Object.hasOwn(LIBRARIES, name)) return LIBRARIES[name]();
    const instead = Object.hasOwn(INSTEAD, name) ? ` ${INSTEAD[name]}` : "";
    throw refusal("Error", `The module ${show(name)} is not available`,
      `Code runs in a sandbox with luxon and jmespath; make a package for anything larger.${instead}`);
  }

  const access = {
    index: () => task.index,
    item: () => task.items[task.index],
    items: () => task.items,
    paired(name, index) {
      const pairs = task.header.ctx.pairs;
      if (pairs && Object.hasOwn(pairs, name)) return pairs[name].rows[pairs[name].at[index]];
      return task.header.ctx.nodes?.[name]?.items?.[index];
    },
  };

  function pair(items = []) {
    items.forEach((item, i) => (item.pairedItem ??= { item: i }));
  }

  // --- Names of the two nodes that the code node replaced, as imported code uses them ---------

  async function withData(item = access.item()) {
    const found = item?.binary;
    if (!found) return undefined;
    const read = async ([name, part]) => {
      if (!part?.id) return [name, part];
      return [name, { ...part, data: (await P.request("binary.read", { id: part.id, start: 0, size: null })).body }];
    };
    return Object.fromEntries(await Promise.all(Object.entries(found).map(read)));
  }

  function setBinary(first, second) {
    const [item, data] = second === undefined ? [access.item(), first] : [first, second];
    item.binary = data;
  }

  // One item's data as `item`; what is returned becomes its data, and its files stay.
  function functionItem(self, code) {
    const item = access.item();
    const finish = (json) => {
      if (!isObject(json)) {
        throw invalid(`For item ${task.index} the code returned ${kindOf(json)}, not its data`, task.index,
          "End with `return item;`.");
      }
      return { json, binary: item.binary };
    };
    const result = code.call(self, item.json);
    return isThenable(result) ? result.then(finish) : finish(result);
  }

  const OLDER = {
    helpers: () => helpers,
    getNodeParameter: () => (name) => task.header.ctx.parameter?.[name],
    getWorkflowStaticData: (names) => names.$getWorkflowStaticData,
    getBinaryData: () => () => access.item()?.binary,
    getBinaryDataAsync: () => withData,
    setBinaryData: () => setBinary,
    setBinaryDataAsync: () => async (...given) => setBinary(...given),
    $functionItem: () => functionItem,
  };

  function makeNames() {
    const { ctx } = task.header;
    if (task.header.lenient) {
      ctx.lenient = true;
      for (const node of Object.values(ctx.nodes ?? {})) pair(node.items);
    }
    ctx.setCustomData = (values) => {
      const kept = ((ctx.execution ??= {}).customData ??= {});
      task.customData = Object.assign(task.customData ?? {}, values);
      Object.assign(kept, values);
    };
    const names = P.names(ctx, access);
    // The step's moment, for all its items, while Date tells the time.
    const moment = () => (ctx.now === undefined ? P.luxon.DateTime.now() : P.luxon.DateTime.fromMillis(ctx.now));
    const own = {
      items: () => task.items,
      item: () => access.item(),
      $helpers: () => helpers,
      $binary: () => access.item()?.binary ?? {},
      $json: () => access.item()?.json,
      $now: moment,
      $today: () => moment().startOf("day"),
      require: () => requireLibrary,
      luxon: () => P.luxon,
    };
    for (const name of Object.keys(OLDER)) own[name] = () => OLDER[name](names);
    for (const name of Object.keys(own)) {
      Object.defineProperty(names, name, { get: own[name], enumerable: true, configurable: true });
    }
    return names;
  }

  // --- Compiling ------------------------------------------------------------------------------

  // A person's own `const items = …` must not clash with our names, so those are parameters of a function
  // around theirs.
  function compile(source, names) {
    const words = new Set(source.match(WORDS) ?? []);
    const used = Object.keys(names).filter((name) => words.has(name));
    const kind = words.has("await") ? "async function" : "function";
    const factory = new Function(...used, `return ${kind} code() {\n${source}\n}`);
    return { used, factory };
  }

  const prober = new Function("return function code() {\nnull.x\n}");
  try {
    prober()();
  } catch (error) {
    P.origin.first = P.firstLine(error);
  }

  // --- Running --------------------------------------------------------------------------------

  function bind(compiled, names) {
    const values = compiled.used.map((name) => (MOVING.has(name) ? undefined : names[name]));
    const moving = compiled.used.flatMap((name, i) => (MOVING.has(name) ? [i] : []));
    const self = {
      helpers,
      getNodeParameter: (name) => task.header.ctx.parameter?.[name],
      getWorkflowStaticData: (scope) => names.$getWorkflowStaticData(scope),
    };
    return () => {
      for (const i of moving) values[i] = names[compiled.used[i]];
      return compiled.factory.apply(undefined, values).call(self);
    };
  }

  async function runAll(call) {
    collectAll(await call());
  }

  function isThenable(value) {
    return value !== null && typeof value === "object" && typeof value.then === "function";
  }

  // Stays synchronous as long as nothing is awaited: a promise per item costs more than most code.
  function runEach(call) {
    for (; task.index < task.items.length; task.index++) {
      try {
        const result = call();
        if (isThenable(result)) return runRest(call, result);
        collectEach(result);
      } catch (thrown) {
        fail(thrown);
      }
    }
    return undefined;
  }

  async function runRest(call, pending) {
    for (let next = pending; task.index < task.items.length; task.index++, next = undefined) {
      try {
        collectEach(await (next ?? call()));
      } catch (thrown) {
        fail(thrown);
      }
    }
  }

  // How many failures are told with the lines they passed through.
  const WITH_STACK = 100;

  // With `keepGoing` an item that fails does not end the others; running out of memory does.
  function fail(thrown, index = task.index) {
    if (!task.header.keepGoing || thrown?.name === "InternalError") throw thrown;
    const described = P.describe(thrown);
    if (task.failures.length >= WITH_STACK) delete described.stack;
    described.item = index;
    task.failures.push([index, described]);
  }

  function start() {
    const { header } = task;
    if (header.kind === "node") return P.runNode(task, helpers, refusal);
    const names = makeNames();
    const compiled = compile(header.source, names);
    if (header.kind === "compile") return undefined;
    const call = bind(compiled, names);
    if (header.lenient && READS_FILES.test(header.source)) return loadFiles().then(() => run(call));
    return run(call);
  }

  function run(call) {
    const running = task.header.mode === "each" ? runEach(call) : runAll(call);
    if (isThenable(running)) return running.then(keepFiles);
    return task.files.length ? keepFiles() : undefined;
  }

  // Imported code reads files as base64 in `binary.NAME.data`, without asking for them.
  const READS_FILES = /\bbinary\b[\s\S]*\bdata\b/;
  const MOST_BYTES = 8 << 20;

  async function loadFiles() {
    let left = MOST_BYTES;
    for (const part of task.items.flatMap((item) => Object.values(item.binary ?? {}))) {
      left -= part.fileSize ?? 0;
      if (left < 0) return;
      part.data = (await P.request("binary.read", { id: part.id, start: 0, size: null })).body;
      task.loaded.set(part.id, part.data);
    }
  }

  // Files that the code wrote into its items go to the host, and a handle takes their place.
  async function keepFiles() {
    for (const [binary, name] of task.files) {
      const { data, fileName, fileExtension, mimeType, ...more } = binary[name];
      const type = mimeType ?? MEDIA[fileExtension ?? String(fileName).split(".").pop()] ?? "application/octet-stream";
      const bytes = Buffer.from(data, "base64");
      const args = { body: P.toBase64(bytes), media_type: type, file_name: fileName ?? null };
      const kept = await P.request("binary.write", args);
      binary[name] = { ...more, id: kept.id, media_type: type, file_name: args.file_name, size: bytes.length };
    }
  }

  const MEDIA = { __proto__: null, txt: "text/plain", csv: "text/csv", html: "text/html", json: "application/json",
    pdf: "application/pdf", png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", xml: "text/xml" };

  // --- Results --------------------------------------------------------------------------------

  function isObject(value) {
    return value !== null && typeof value === "object" && !isArray(value);
  }

  function kindOf(value) {
    if (value === null) return "null";
    return isArray(value) ? "an array" : value === undefined ? "nothing" : `a ${typeof value}`;
  }

  const SHAPE = "Return an array of items, like [{json: {name: 'Ada'}}].";

  function invalid(message, item, hint = SHAPE) {
    const error = refusal("InvalidResult", message, hint);
    error.stack = "";
    if (item !== undefined) error.item = item;
    return error;
  }

  function collectAll(result) {
    const list = isArray(result) ? result : [result];
    if (!isArray(result) && !isObject(result)) throw invalid(`The code returned ${kindOf(result)}, not items`);
    P.collect(list, task.ports.main ??= P.port());
  }

  P.port = () => ({ items: [], parents: [], known: false });

  // Items are told from plain objects by their key `json` (or `binary`); a list has one kind or the other.
  // One loop with few calls in it: for simple code this is most of the work.
  P.collect = function (list, port) {
    const wrapped = list.length > 0 && isObject(list[0]) && isItem(list[0]);
    const parents = new Parents();
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      if (value === null || typeof value !== "object" || isArray(value)) {
        throw invalid(`Item ${i} of the result is ${kindOf(value)}, not an object`, i);
      }
      if (isItem(value) !== wrapped) throw mixed(wrapped ? i : 0);
      const json = wrapped ? value.json : value;
      const written = json === null || typeof json !== "object" || isArray(json) || json.toJSON !== undefined
        ? plain(json, i) : json;
      const binary = wrapped ? value.binary : undefined;
      port.items.push(binary === undefined ? { json: written } : withBinary(written, binary));
      port.parents.push(parents.of(wrapped ? value : undefined, json, i));
    }
    port.known ||= parents.known;
  };

  function mixed(index) {
    return invalid(`Item ${index} of the result has no key "json", and others do`, index);
  }

  function isItem(value) {
    return hasOwn(value, "json") || (hasOwn(value, "binary") && isObject(value.binary));
  }

  function withBinary(json, binary) {
    if (!isObject(binary)) return { json };
    const kept = { ...binary };
    for (const name of Object.keys(kept)) {
      const part = kept[name];
      if (!isObject(part) || typeof part.data !== "string") continue;
      if (part.id === undefined || task.loaded.get(part.id) !== part.data) task.files.push([kept, name]);
      else kept[name] = { ...part, data: undefined };
    }
    return { json, binary: kept };
  }

  // A date, say, is an object until it is written down, and then it is text.
  function plain(json, i) {
    const written = typeof json?.toJSON === "function" ? json.toJSON() : (json ?? {});
    if (isObject(written)) return written;
    throw invalid(`The key "json" of item ${i} of the result is ${kindOf(written)}, not an object`, i);
  }

  // Where items came from: what they say themselves, else the input item that they are or whose data they hold.
  class Parents {
    known = false;
    #places = null;

    of(item, json, i) {
      const pairs = item?.pairedItem;
      const place = task.places?.get(pairs);
      if (place !== undefined) {
        this.known = true;
        return place;
      }
      const found = pairs === undefined || pairs === null ? this.#find(item, json, i) : named(pairs, i);
      if (found !== -1) this.known = true;
      return found;
    }

    #find(item, json, i) {
      const same = task.given[i];
      if (same !== undefined && (same === item || same.json === json)) return i;
      if (this.#places === null) {
        this.#places = new Map();
        task.given.forEach((input, at) => this.#places.set(input.json, at));
        task.given.forEach((input, at) => this.#places.set(input, at));
      }
      return this.#places.get(item) ?? this.#places.get(json) ?? -1;
    }
  }

  function named(pairs, i) {
    const found = (isArray(pairs) ? pairs : [pairs]).map((pair) => (typeof pair === "object" ? pair?.item : pair));
    for (const index of found) {
      if (!Number.isInteger(index) || index < 0 || index >= task.given.length) {
        if (task.header.lenient) return -1;
        throw invalid(`pairedItem of item ${i} of the result names input item ${show(index)}, which does not exist`, i,
          `There are ${task.given.length} input items, counted from 0.`);
      }
    }
    return found.length === 1 ? found[0] : found;
  }

  function collectEach(result) {
    if (result === undefined || result === null) {
      task.dropped = true;
      return;
    }
    const { index } = task;
    const port = (task.ports.main ??= P.port());
    if (!isObject(result)) {
      throw invalid(`For item ${index} the code returned ${kindOf(result)}, not one item`, index,
        "Return one object for each item, like {json: {name: 'Ada'}}.");
    }
    const wrapped = isItem(result);
    const json = wrapped ? result.json : result;
    const written = json === null || typeof json !== "object" || isArray(json) || json.toJSON !== undefined
      ? plain(json, index) : json;
    port.items.push(wrapped ? withBinary(written, result.binary) : { json: written });
    port.parents.push(index);
  }

  // --- Answers --------------------------------------------------------------------------------

  function* chunks() {
    const static_ = task.header.ctx.static;
    const extra = {};
    if (task.customData) extra.customData = task.customData;
    if (static_ !== undefined && stringify(static_) !== task.staticBefore) extra.static = static_;
    if (Object.keys(extra).length) yield stringify(extra);
    const { header } = task;
    for (const [name, port] of Object.entries(task.ports)) {
      const own = header.mode === "each" && header.kind === "code" ? task.dropped || header.keepGoing : port.known;
      for (let at = 0; at < Math.max(port.items.length, 1); at += CHUNK) {
        const part = { items: port.items.slice(at, at + CHUNK), parents: own ? port.parents.slice(at, at + CHUNK) : null };
        yield header.keepGoing ? encodeGood(name, part) : encode({ ports: { [name]: part } }, part.items, at);
      }
    }
    if (task.failures.length) yield stringify({ failures: task.failures });
  }

  function encodeGood(name, part) {
    try {
      return stringify({ ports: { [name]: part } });
    } catch {
      const good = { items: [], parents: [] };
      part.items.forEach((item, i) => {
        try {
          encode(item, [item], part.parents[i]);
          good.items.push(item);
          good.parents.push(part.parents[i]);
        } catch (thrown) {
          fail(thrown, part.parents[i]);
        }
      });
      return stringify({ ports: { [name]: good } });
    }
  }

  function encode(body, items, at) {
    try {
      return stringify(body);
    } catch (error) {
      if (error?.name === "InternalError") throw error;
      const bad = items.findIndex((item) => {
        try {
          stringify(item);
          return false;
        } catch {
          return true;
        }
      });
      throw invalid(`Item ${at + bad} of the result cannot be written as JSON: ${P.describe(error).message}`, at + bad,
        "Return plain data: no cycles, no BigInt.");
    }
  }

  function status() {
    if (task.error) throw task.error.thrown;
    if (task.done) return "D";
    const requests = P.takeRequests();
    return requests === null ? null : "H" + requests;
  }

  P.code = {
    prepare(body) {
      const header = parse(body);
      header.ctx ??= {};
      P.start(header.ctx);
      const before = header.ctx.static === undefined ? undefined : stringify(header.ctx.static);
      task = { header, items: [], index: 0, ports: {}, done: false, error: null, dropped: false, staticBefore: before,
        failures: [], files: [], loaded: new Map(), places: header.lenient ? new Map() : null };
      if (header.mode !== "each") header.keepGoing = false;
      P.origin.last = header.kind === "node" ? Infinity : header.source.split("\n").length;
      return "D";
    },
    items(body) {
      for (const item of parse(body)) {
        if (task.places) task.places.set(item.pairedItem ??= { item: task.items.length }, task.items.length);
        task.items.push(item);
      }
      return "D";
    },
    run() {
      task.given = task.items.slice(); // as a person may sort or splice the list they see
      const result = start();
      if (!isThenable(result)) task.done = true;
      else {
        result.then(
          () => { task.done = true; },
          (thrown) => { task.error = { thrown }; },
        );
      }
      return task.done ? "D" : "P";
    },
    poll() {
      const found = status();
      if (found !== null) return found;
      throw refusal("Error", "The code waits for a promise that nobody settles",
        "Check that every `await` is on something that ends.");
    },
    reply(body) {
      P.giveAnswers(body);
      return "P";
    },
    next() {
      task.answer ??= chunks();
      const { value, done } = task.answer.next();
      return done ? "D" : "R" + value;
    },
  };

  // Where in the items the code was when it failed.
  P.itemAtFault = () => (task?.header.kind === "code" && task.header.mode === "each" && task.index < task.items.length
    ? task.index : undefined);
})(globalThis.__penstock ??= {});
