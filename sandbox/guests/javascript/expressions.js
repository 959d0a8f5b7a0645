// Evaluates the expressions of one node for all its items: `begin` takes the header, `chunk` items.
//
// A source becomes a function once per VM (a pure cache, by its text). Names that are the same for
// every item are passed once per chunk, so that an item costs one call of one function.
(function (P) {
  "use strict";
  const Fn = Function;
  const { InternalError } = globalThis;
  const { parse, stringify } = JSON;
  const { freeze } = Object;
  const { DateTime, Duration, Interval } = luxon;

  // What changes from item to item, in the order of the inner function's parameters.
  const MOVING = ["$json", "$binary", "$itemIndex", "$thisItem"];
  const ALIASES = { $data: "$json", $position: "$itemIndex", $thisItemIndex: "$itemIndex" };
  const RESERVED = new Set(
    ("break case catch class const continue debugger default delete do else enum export extends " +
      "false finally for function if import in instanceof new null return super switch this throw " +
      "true try typeof var void while with yield let static await async of get set implements " +
      "interface package private protected public undefined NaN Infinity").split(" "),
  );
  // Doors to other code or to a page; each is an empty object here.
  const CLOSED = new Set(
    ("document window Window global globalThis self frames alert prompt confirm eval uneval Function " +
      "setTimeout setInterval setImmediate fetch XMLHttpRequest Promise Generator GeneratorFunction " +
      "AsyncFunction AsyncGenerator AsyncGeneratorFunction WebAssembly Reflect Proxy escape unescape " +
      "require module exports __dirname __filename importScripts queueMicrotask").split(" "),
  );
  const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;
  // A source that may change what it was given gets data of its own, so that no other sees it.
  const CHANGES =
    /(^|[^=!<>])=([^=>]|$)|(<<|>>)=|\+\+|--|\bdelete\b|\](\?\.)?\s*\(|\b(push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|assign|define\w+|set\w*|call|apply|bind|add|append|clear|Reflect)\b/;
  const EMPTY = freeze({});
  const CACHE_LIMIT = 2000;

  let compiled = new Map();
  let header = null;
  let headerText = "";
  let text = null;
  let once = null;

  // Names that imported expressions could not use where they come from.
  const OWN = ["___n8n_data", "__sanitize"];

  function compile(source, lenient) {
    const given = Object.keys(header.ctx.extra ?? {}).sort().join();
    const key = `${lenient ? "l" : "s"}${given}\n${source}`;
    let entry = compiled.get(key);
    if (entry === undefined) {
      entry = build(source, lenient);
      if (compiled.size >= CACHE_LIMIT) compiled = new Map();
      compiled.set(key, entry);
    }
    return entry;
  }

  function build(source, lenient) {
    const words = new Set(source.match(WORD) ?? []);
    const own = lenient ? OWN.find((word) => words.has(word)) : undefined;
    const names = [...words].filter((word) => isFree(word, lenient));
    const inner = [...MOVING, ...Object.keys(ALIASES).filter((alias) => words.has(alias))];
    const entry = {
      names,
      inner,
      needsMore: words.has("$thisItem") || inner.length > MOVING.length,
      changes: CHANGES.test(source),
      make: null,
      error: null,
    };
    try {
      if (own) throw new P.ExpressionError(`The name ${own} is reserved`);
      const body = P.rewriteCalls(source).replace(/[\s;]+$/, "");
      entry.make = new Fn(...names, `return function (${inner.join()}) { return (\n${body}\n) }`);
    } catch (error) {
      entry.error = error;
    }
    return entry;
  }

  function isFree(word, lenient) {
    if (RESERVED.has(word) || MOVING.includes(word) || Object.hasOwn(ALIASES, word)) return false;
    if (CLOSED.has(word) || P.hasName(word)) return true;
    if (header.ctx.extra !== undefined && Object.hasOwn(header.ctx.extra, word)) return true;
    return lenient && !(word in globalThis);
  }

  // --- Items ----------------------------------------------------------------------------------

  const state = { i: 0, at: 0, chunk: null, items: null, json: null, binary: null, ctx: null };

  const access = {
    index: () => state.at + state.i,
    item: () => itemAt(state.i),
    items: () => state.ctx.input?.items ?? [],
    paired(name, index) {
      const i = index - state.at;
      const pairs = state.chunk.pairs;
      if (pairs === undefined || !Object.hasOwn(pairs, name)) return undefined;
      const row = i >= 0 && i < pairs[name].at.length ? pairs[name].at[i] : -1;
      if (row < 0) {
        if (i >= 0 && i < pairs[name].at.length) {
          throw new P.ExpressionError(
            `Paired item resolution failed: item ${index} does not descend from an item of '${name}'`,
            `Use $('${name}').first(), .last() or .all()[index] to say which item you mean.`,
          );
        }
        return undefined;
      }
      return pairs[name].rows[row];
    },
  };

  function itemAt(i) {
    const item = { json: state.json === null ? EMPTY : state.json[i] };
    if (state.binary !== null) item.binary = state.binary[i];
    return item;
  }

  P.expressions = {
    begin(headerJson, parsed) {
      header = parsed ?? parse(headerJson);
      headerText = headerJson;
      text = new Set(header.text ?? []);
      once = new Set(header.once ?? []);
      return "";
    },

    chunk(chunkJson) {
      const answer = { v: [], u: [], e: [] };
      let fresh = true;
      header.exprs.forEach((source, s) => {
        const entry = compile(source, header.lenient === true);
        if (entry.changes || fresh) load(chunkJson, entry.changes);
        fresh = entry.changes;
        evaluate(entry, s, answer);
      });
      return serialise(answer);
    },
  };

  function load(chunkJson, again) {
    state.chunk = parse(chunkJson);
    state.ctx = again ? parse(headerText).ctx : header.ctx;
    if (header.lenient === true) state.ctx.lenient = true;
    state.at = state.chunk.at;
    state.json = state.chunk.json ?? null;
    state.binary = state.chunk.binary ?? null;
    state.i = 0;
  }

  function evaluate(entry, s, answer) {
    const n = once.has(s) ? Number(state.at === 0) : state.chunk.n;
    const values = new Array(n).fill(null);
    const missing = [];
    answer.v.push(values);
    answer.u.push(missing);
    let run;
    try {
      if (entry.error) throw entry.error;
      run = entry.make.apply(EMPTY, bind(entry));
      // Reachable as arguments.callee: one item would leave marks on it for the next.
      freeze(run.prototype);
      freeze(run);
    } catch (error) {
      for (let i = 0; i < n; i++) failed(answer, s, i, error, entry);
      return;
    }
    const finish = text.has(s) ? toText : header.typed ? typed : plain;
    const { json, binary, at } = state;
    const simple = json !== null && binary === null && !entry.needsMore;
    for (let i = 0; i < n; i++) {
      state.i = i;
      try {
        const value = simple ? run.call(EMPTY, json[i], EMPTY, at + i) : call(run, entry, i);
        if (value === undefined) missing.push(i);
        else values[i] = finish(value);
      } catch (error) {
        failed(answer, s, i, error, entry);
      }
    }
  }

  // Lenient: what is wrong with the data yields undefined, as in the field this language comes from;
  // what is wrong with the source, or was raised to tell the person something, stays an error.
  function failed(answer, s, i, error, entry) {
    // Whoever comes next would only fail too, and be blamed for it.
    if (safely(() => error instanceof InternalError && error.message === "out of memory")) throw error;
    // Without memory for an error object the engine throws null: that is no missing value.
    if (header.lenient === true && error !== null && entry.error === null && !isTold(error)) answer.u[s].push(i);
    else answer.e.push(failure(s, i, error));
  }

  function isTold(error) {
    return word(() => error.name, "").startsWith("Expression");
  }

  function call(run, entry, i) {
    const json = state.json === null ? undefined : state.json[i];
    const binary = state.binary === null ? EMPTY : (state.binary[i] ?? {});
    if (!entry.needsMore) return run.call(EMPTY, json, binary, state.at + i);
    const moving = { $json: json, $binary: binary, $itemIndex: state.at + i, $thisItem: itemAt(i) };
    return run.apply(EMPTY, entry.inner.map((name) => moving[ALIASES[name] ?? name]));
  }

  function bind(entry) {
    return entry.names.map((name) => {
      if (CLOSED.has(name)) return {};
      try {
        return P.nameValue(name, state.ctx, access);
      } catch (error) {
        return refusing(error);
      }
    });
  }

  // The name may stand in a text only, so it is an error when it is used and not before.
  function refusing(error) {
    const refuse = () => {
      throw error;
    };
    return new Proxy(refuse, { get: refuse, has: refuse, ownKeys: refuse, apply: refuse });
  }

  // --- Values ---------------------------------------------------------------------------------

  function plain(value) {
    if (typeof value === "function") return refuseFunction(value);
    if (typeof value === "bigint" || typeof value === "symbol") return String(value);
    return value;
  }

  function toText(value) {
    if (typeof value === "string") return value;
    return value || value === 0 || value === false ? [value].join("") : "";
  }

  function refuseFunction(value) {
    const message =
      value === DateTime
        ? "this is a DateTime, please access its methods"
        : "this is a function, please add ()";
    throw new P.ExpressionError(message);
  }

  function wrap(type, value, more) {
    return { $type: type, value, ...more };
  }

  function typed(value) {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number") {
      return Number.isFinite(value) ? value : wrap("number", String(value));
    }
    if (typeof value === "function") return refuseFunction(value);
    if (typeof value === "bigint" || typeof value === "symbol") {
      return wrap(typeof value, String(value));
    }
    return value === undefined ? undefined : typedObject(value);
  }

  function typedObject(value) {
    if (Array.isArray(value)) return Array.from(value, nested);
    if (value instanceof Date) return wrap("date", Number.isNaN(+value) ? null : value.toISOString());
    if (DateTime.isDateTime(value)) {
      const { zoneName: zone, isValid: valid } = value;
      return wrap("luxon.DateTime", value.toISO(), { zone, valid });
    }
    if (Duration.isDuration(value)) {
      return wrap("luxon.Duration", value.toISO(), { object: value.toObject() });
    }
    if (Interval.isInterval(value)) return wrap("luxon.Interval", value.toISO());
    if (value instanceof Map) return wrap("map", Array.from(value, nested));
    if (value instanceof Set) return wrap("set", Array.from(value, nested));
    if (value instanceof RegExp) return wrap("regexp", String(value));
    if (value instanceof Error) return { $type: "error", name: value.name, message: value.message };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nested(inner)]));
  }

  function nested(value) {
    if (typeof value === "function") return { $type: "function" };
    const inner = typed(value);
    return inner === undefined ? { $type: "undefined" } : inner;
  }

  // --- Answers --------------------------------------------------------------------------------

  function serialise(answer) {
    try {
      return stringify(answer);
    } catch {
      // Some value is not JSON (a cycle, a toJSON that throws): find out which, one by one.
      answer.v.forEach((values, s) => {
        values.forEach((value, i) => {
          try {
            stringify(value);
          } catch (error) {
            values[i] = null;
            answer.e.push(failure(s, i, error));
          }
        });
      });
      return stringify(answer);
    }
  }

  function thrownText(thrown) {
    return thrown === null ? "It ran out of memory, or threw null" : word(() => String(thrown), "");
  }

  function failure(s, i, error) {
    const isError = error !== null && typeof error === "object";
    const name = isError ? word(() => error.name, "Error") : "Error";
    const message = isError ? word(() => error.message, "") : thrownText(error);
    const [line, column] = isError ? place(error, s) : [null, null];
    const row = [s, i, name, message, line, column];
    const hint = isError ? safely(() => error.hint) : undefined;
    if (typeof hint === "string") row.push(hint.slice(0, 2000));
    return row;
  }

  // What was thrown is a stranger's object: looking at it may throw again.
  function safely(look) {
    try {
      return look();
    } catch {
      return undefined;
    }
  }

  function word(get, otherwise) {
    return safely(() => String(get() ?? otherwise).slice(0, 2000)) ?? otherwise;
  }

  // Lines of the made function: two of `new Function`'s own, one of ours.
  const LINES_BEFORE = 3;

  function place(error, s) {
    const lines = header.exprs[s].trimEnd().split("\n");
    const stack = word(() => error.stack, "");
    const found = /<input>:(\d+)(?::(\d+))?/.exec(stack);
    if (!found || +found[1] <= LINES_BEFORE) return [null, null];
    const line = +found[1] - LINES_BEFORE;
    // What is missing at the end is only noticed behind it.
    if (line > lines.length) return [lines.length, lines.at(-1).length + 1];
    if (!found[2]) return [line, null];
    return P.originalPosition(header.exprs[s], line, +found[2]);
  }
})((globalThis.__penstock ??= {}));
