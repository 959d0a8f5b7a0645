// Running a tree.

function run(node, v, p, env, emit) {
  switch (node.op) {
    case "self": return emit(v, p);
    case "literal": return emit(node.value, p && fresh(node.value));
    case "group": case "inner": return run(node.body, v, p, env, emit);
    case "pipe": return run(node.left, v, p, env, (x, q) => run(node.right, x, q, env, emit));
    case "comma": run(node.left, v, p, env, emit); return run(node.right, v, p, env, emit);
    case "index": return run(node.of, v, p, env, (x, q) =>
      run(node.key, v, null, env, (key) => emit(indexed(x, key), q && [...q, key])));
    case "slice": return run(node.of, v, p, env, (x, q) => optional(node.to, v, env, (to) =>
      optional(node.from, v, env, (from) => emit(sliced(x, from, to), q && [...q, { start: from, end: to }]))));
    case "each": return run(node.of, v, p, env, (x, q) => members(x, q, emit));
    case "array": return emit(node.body ? results(node.body, v, env) : [], p && fresh());
    case "object": return members_of(node.parts, 0, {}, v, env, (made) => emit(made, p && fresh()));
    case "text": return joined(node, 0, "", v, env, (made) => emit(made, p && fresh()));
    case "format": return emit(formatted(node.name, v), p && fresh());
    case "negate": return run(node.body, v, null, env, (x) => {
      if (typeof x !== "number") throw new JqError(`${named(x)} cannot be negated`);
      emit(-x, p && fresh());
    });
    case "var": return emit(variable_of(node.name, env), p && fresh());
    case "binary": return operate(node, v, p, env, emit);
    case "if": return run(node.test, v, null, env, (x) => run(truthy(x) ? node.yes : node.no, v, p, env, emit));
    case "try": return attempt(node, v, p, env, emit);
    case "as": return run(node.source, v, null, env, (x) => bound(node.patterns, 0, x, v, env, (inner) => run(node.body, v, p, inner, emit)));
    case "reduce": return reduce(node, v, p, env, emit);
    case "foreach": return foreach(node, v, p, env, emit);
    case "def": return run(node.body, v, p, { kind: "def", key: `${node.def.name}/${node.def.params.length}`, def: node.def, next: env }, emit);
    case "label": return labelled(node, v, p, env, emit);
    case "break": throw new Break(label_of(node.name, env));
    case "call": return call(node, v, p, env, emit);
    default: throw new JqError(`${node.op} is not known`);
  }
}
// A value that was made here stands nowhere; asking for its path further down is an error.
const fresh = () => INVALID;
const INVALID = Object.freeze([{ invalid: true }]);
const isInvalid = (p) => p.length > 0 && p[0] === INVALID[0];

function optional(node, v, env, emit) {
  if (node) run(node, v, null, env, emit);
  else emit(null);
}
function results(node, v, env) {
  const found = [];
  run(node, v, null, env, (x) => { found.push(x); });
  return found;
}
function members(x, q, emit) {
  if (Array.isArray(x)) x.forEach((one, i) => emit(one, q && [...q, i]));
  else if (kindOf(x) === "object") Object.keys(x).forEach((key) => emit(x[key], q && [...q, key]));
  else throw new JqError(`Cannot iterate over ${x === null ? "null" : named(x)}`);
}
function members_of(parts, i, made, v, env, emit) {
  if (i === parts.length) return emit({ ...made });
  return run(parts[i].key, v, null, env, (key) => {
    if (typeof key !== "string") throw new JqError(`Object keys must be strings, not ${kindOf(key)}`);
    run(parts[i].value, v, null, env, (x) => members_of(parts, i + 1, put({ ...made }, key, x), v, env, emit));
  });
}
function joined(node, i, made, v, env, emit) {
  if (i === node.parts.length) return emit(made);
  const part = node.parts[i];
  if (part.op === "literal") return joined(node, i + 1, made + part.value, v, env, emit);
  return run(part, v, null, env, (x) =>
    joined(node, i + 1, made + (node.format ? formatted(node.format, x) : asText(x)), v, env, emit));
}
function variable_of(name, env) {
  if (name === "__loc__") return { file: "<query>", line: 1 };
  if (name === "ENV") throw new JqError("The environment is not there for queries");
  for (let scope = env; scope; scope = scope.next) if (scope.kind === "var" && scope.name === name) return scope.value;
  throw new JqError(`${VAR}${name} is not defined`);
}
function label_of(name, env) {
  for (let scope = env; scope; scope = scope.next) if (scope.kind === "label" && scope.name === name) return scope;
  throw new JqError(`${VAR}*label-${name} is not defined`);
}
function labelled(node, v, p, env, emit) {
  const scope = { kind: "label", name: node.name, next: env };
  try { run(node.body, v, p, scope, emit); } catch (error) {
    if (!(error instanceof Break) || error.label !== scope) throw error;
  }
}
// What fails after a result was given on is not what this `try` is about.
class Passed { constructor(error) { this.error = error; } }
function attempt(node, v, p, env, emit) {
  try {
    run(node.body, v, p, env, (x, q) => {
      try { emit(x, q); } catch (error) { throw error instanceof JqError ? new Passed(error) : error; }
    });
  } catch (error) {
    if (error instanceof Passed) throw error.error;
    if (!(error instanceof JqError)) throw error;
    if (node.handler) run(node.handler, error.value, null, env, (x) => emit(x, p && fresh()));
  }
}
function bound(patterns, i, x, v, env, then) {
  const all = [...new Set(patterns.flatMap(names_in))];
  const blank = patterns.length > 1 ? all.reduce((scope, name) => ({ kind: "var", name, value: null, next: scope }), env) : env;
  if (i === patterns.length - 1) return destructured(patterns[i], x, v, blank, then);
  try { return destructured(patterns[i], x, v, blank, then); } catch (error) {
    if (!(error instanceof JqError)) throw error;
    return bound(patterns, i + 1, x, v, env, then);
  }
}
function names_in(pattern) {
  if (pattern.op === "var") return [pattern.name];
  if (pattern.op === "array") return pattern.parts.flatMap(names_in);
  return pattern.parts.flatMap((part) => [...(part.name ? [part.name] : []), ...(part.inner ? names_in(part.inner) : [])]);
}
function destructured(pattern, x, v, env, then) {
  if (pattern.op === "var") return then({ kind: "var", name: pattern.name, value: x, next: env });
  if (pattern.op === "array") {
    if (x !== null && !Array.isArray(x)) throw new JqError(`Cannot index ${kindOf(x)} with number`);
    const walk = (i, scope) => (i === pattern.parts.length ? then(scope)
      : destructured(pattern.parts[i], x === null ? null : x[i] ?? null, v, scope, (inner) => walk(i + 1, inner)));
    return walk(0, env);
  }
  const walk = (i, scope) => {
    if (i === pattern.parts.length) return then(scope);
    const { key, name, inner } = pattern.parts[i];
    return run(key, v, null, scope, (text) => {
      const value = indexed(x, text);
      const next = name ? { kind: "var", name, value, next: scope } : scope;
      return inner ? destructured(inner, value, v, next, (deep) => walk(i + 1, deep)) : walk(i + 1, next);
    });
  };
  return walk(0, env);
}
function reduce(node, v, p, env, emit) {
  run(node.init, v, p, env, (first, q) => {
    let state = first;
    let place = q;
    run(node.source, v, null, env, (x) => bound(node.patterns, 0, x, v, env, (inner) => {
      let last = null;
      let where = null;
      run(node.update, state, place, inner, (y, r) => { last = y; where = r; });
      state = last;
      place = where;
    }));
    emit(state, place);
  });
}
function foreach(node, v, p, env, emit) {
  run(node.init, v, p, env, (first, q) => {
    let state = first;
    let place = q;
    run(node.source, v, null, env, (x) => bound(node.patterns, 0, x, v, env, (inner) => {
      run(node.update, state, place, inner, (y, r) => {
        state = y;
        place = r;
        if (node.extract) run(node.extract, y, r, inner, emit);
        else emit(y, r);
      });
    }));
  });
}
function operate(node, v, p, env, emit) {
  const { name, left, right } = node;
  if (name === "and" || name === "or") {
    return run(left, v, null, env, (a) => {
      if (truthy(a) === (name === "or")) emit(name === "or", p && fresh());
      else run(right, v, null, env, (b) => emit(truthy(b), p && fresh()));
    });
  }
  if (name === "//") {
    let any = false;
    try { run(left, v, p, env, (x, q) => { if (truthy(x)) { any = true; try { emit(x, q); } catch (error) { throw error instanceof JqError ? new Passed(error) : error; } } }); } catch (error) {
      if (error instanceof Passed) throw error.error;
      if (!(error instanceof JqError)) throw error;
    }
    return any ? undefined : run(right, v, p, env, emit);
  }
  if (Object.hasOwn(ARITHMETIC, name)) {
    return run(right, v, null, env, (b) => run(left, v, null, env, (a) => emit(ARITHMETIC[name](a, b), p && fresh())));
  }
  return assign(node, v, p, env, emit);
}
function assign({ name, left, right }, v, p, env, emit) {
  const places_ = paths_of(left, v, env);
  if (name === "|=") {
    let made = v;
    const gone = [];
    for (const path of places_) {
      const found = first(right, at(made, path), env);
      if (found) made = changed(made, path, 0, () => found.value);
      else gone.push(path);
    }
    return emit(without(made, gone), p && fresh());
  }
  return run(right, v, null, env, (x) => {
    let made = v;
    for (const path of places_) {
      made = changed(made, path, 0, (old) => {
        if (name === "=") return x;
        if (name === "//=") return truthy(old) ? old : x;
        return ARITHMETIC[name[0]](old, x);
      });
    }
    emit(made, p && fresh());
  });
}
function first(node, v, env) {
  const mark = new Break(null);
  let found = null;
  try { run(node, v, null, env, (x) => { found = { value: x }; throw mark; }); } catch (error) {
    if (error !== mark) throw error;
  }
  return found;
}
function paths_of(node, v, env) {
  const found = [];
  run(node, v, [], env, (x, q) => {
    if (isInvalid(q)) throw new JqError(`Invalid path expression with result ${show(x)}`);
    found.push(q);
  });
  return found;
}
function call(node, v, p, env, emit) {
  const key = `${node.name}/${node.args.length}`;
  for (let scope = env; scope; scope = scope.next) {
    if (scope.kind === "def" && scope.key === key) return enter(scope.def, scope, node.args, v, p, env, emit);
    if (scope.kind === "closure" && scope.key === key) return run(scope.body, v, p, scope.env, emit);
  }
  if (Object.hasOwn(NATIVE, key)) return NATIVE[key](v, p, env, emit, ...node.args);
  if (DEFINED.has(key)) return enter(DEFINED.get(key), null, node.args, v, p, env, emit);
  throw new JqError(`${key} is not defined`);
}
function enter(def, home, args, v, p, env, emit) {
  const go = (i, scope) => {
    if (i === args.length) return run(def.body, v, p, scope, emit);
    const { name, value } = def.params[i];
    const next = { kind: "closure", key: `${name}/0`, body: args[i], env, next: scope };
    if (!value) return go(i + 1, next);
    return run(args[i], v, null, env, (x) => go(i + 1, { kind: "var", name, value: x, next: { ...next, body: { op: "literal", value: x } } }));
  };
  return go(0, home);
}
