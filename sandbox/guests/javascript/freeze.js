// The last file of the expression image: nothing that one expression does may be seen by the next.
//
// - Everything reachable from the global object is frozen, and the global object is sealed.
// - A frozen prototype would forbid `object.toString = …` on objects that inherit from it, so what people do
//   override becomes an accessor whose setter defines an own property.
// - Whatever can keep state or tell time goes: eval (it can declare globals), weak references,
//   shared memory, the build's namespace.
(function (P) {
  "use strict";
  const { defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf } = Object;
  const { ownKeys } = Reflect;

  P.freezeClock();
  for (const name of ["eval", "WeakRef", "FinalizationRegistry", "Atomics", "SharedArrayBuffer",
    "__penstock", "__penstock_note", "luxon", "jmespath", "queueMicrotask", "gc", "navigator", "print", "console"]) {
    delete globalThis[name];
  }
  // They write into an error what its place is found by.
  for (const name of ["captureStackTrace", "prepareStackTrace", "stackTraceLimit"]) delete Error[name];

  function overridable(object, key) {
    const found = getOwnPropertyDescriptor(object, key);
    if (!found || !("value" in found) || !found.configurable) return;
    const value = found.value;
    const set = function (replacement) {
      if (this === object || this === null || (typeof this !== "object" && typeof this !== "function")) {
        throw new TypeError(`Cannot assign to the shared property ${String(key)}`);
      }
      defineProperty(this, key, { value: replacement, writable: true, enumerable: true, configurable: true });
    };
    defineProperty(object, key, { get: freeze({ get() { return value; } }.get), set: freeze(set),
      enumerable: found.enumerable, configurable: false });
  }

  const errors = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError];
  for (const key of ownKeys(Object.prototype)) overridable(Object.prototype, key);
  for (const constructor of errors) {
    for (const key of ["name", "message", "constructor", "toString"]) overridable(constructor.prototype, key);
  }
  for (const constructor of [Array, Boolean, Date, Map, Number, Promise, RegExp, Set, String]) {
    for (const key of ["constructor", "toString", "valueOf", "toJSON", "length"]) {
      if (constructor !== Array || key !== "length") overridable(constructor.prototype, key);
    }
  }
  for (const key of ["name", "toString", "constructor", "call", "apply", "bind"]) overridable(Function.prototype, key);

  // Reachable by syntax alone, not by any name.
  const hidden = [
    async function () {}, function* () {}, async function* () {}, [][Symbol.iterator](), new Map().entries(),
    new Set().values(), ""[Symbol.iterator](), "".matchAll(/./g), Uint8Array.from([]), /./, Promise.resolve(),
    [].values().map((x) => x), Iterator.from({ next() {} }), (function () { return arguments; })(),
  ].map(getPrototypeOf);

  // What Luxon hands out more than once: its zones and the constants for formats.
  const { IANAZone, FixedOffsetZone, SystemZone, DateTime } = P.luxon;
  const makeZone = IANAZone.create;
  defineProperty(IANAZone, "create", { value: (name) => freeze(makeZone.call(IANAZone, name)) });
  const shared = [FixedOffsetZone.utcInstance, SystemZone.instance];
  for (const key of ownKeys(DateTime)) {
    if (/^[A-Z_]+$/.test(String(key))) shared.push(DateTime[key]);
  }

  // Values of names that live in closures only.
  const names = P.names({}, { item: () => undefined, index: () => 0, items: () => [], paired: () => undefined });
  for (const name of ownKeys(names)) {
    try {
      shared.push(names[name]);
    } catch {
      // refused where it is used
    }
  }

  const seen = new Set();
  const waiting = [];
  const roots = [globalThis, P, ...hidden, ...shared];
  const visit = (value) => {
    if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value)) return;
    seen.add(value);
    waiting.push(value);
  };
  roots.forEach(visit);
  while (waiting.length) {
    const value = waiting.pop();
    if (!ArrayBuffer.isView(value)) freeze(value);
    visit(getPrototypeOf(value));
    for (const key of ownKeys(value)) {
      const found = getOwnPropertyDescriptor(value, key);
      visit(found.value);
      visit(found.get);
      visit(found.set);
    }
  }
})(globalThis.__penstock ??= {});
