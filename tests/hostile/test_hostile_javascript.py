"""JavaScript from an enemy, in a code node."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from tests.support.hostile import Arena, Program, program

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

js: Callable[..., Any] = partial(program, "javascript")
SLOW_FUEL = 10**15
#: Bombs have fuel enough to reach their limit of memory.
bomb: Callable[..., Any] = partial(js, fuel=4_000_000_000, memory_bytes=32 << 20)

#: Whatever does not end: by fuel where WebAssembly works, by the clock where fuel is plenty.
ENDLESS = [
    js("loop", "for (;;);", "fuel"),
    js("loop-with-fuel-to-burn", "for (;;);", "wall", fuel=SLOW_FUEL),
    js("loop-that-catches", "for (;;) try { for (;;) null.x } catch {}", "fuel"),
    js("loop-that-catches-with-fuel-to-burn", "for (;;) try { for (;;) null.x } catch {}", "wall", fuel=SLOW_FUEL),
    js("loop-in-finally", "try { null.x } finally { for (;;); }", "fuel"),
    js("generator", "function* g() { for (;;) yield 1 } for (const x of g());", "fuel"),
    js("generator-as-result", "return (function* () { for (;;) yield {json: {}} })()", value=[{}]),
    js("async-generator", "async function* g() { for (;;) yield 1 } for await (const x of g());", "fuel", "wall"),
    js("async-loop", "for (;;) await null", "fuel", "wall"),
    js("microtask-flood", "const f = () => Promise.resolve().then(f); await f()", "fuel", "wall"),
    js("microtask-tree", "const f = () => { Promise.resolve().then(f); Promise.resolve().then(f) }; f(); await new Promise(() => {})", "fuel", "wall", "memory"),
    js("queue-microtask", "const f = () => queueMicrotask(f); f(); await new Promise(() => {})", "fuel", "wall", "failed"),
    js("thenable", "await {then() { for (;;); }}", "fuel"),
    js("thenable-chain", "const t = {then(done) { done(t) }}; await t", "fuel", "wall"),
    js("thenable-as-result", "return {then(done) { done(this) }}", "fuel", "wall", "memory"),
    js("getter-of-the-result", "return [{json: {get a() { for (;;); }}}]", "fuel"),
    js("to-json", "return [{json: {toJSON() { for (;;); }}}]", "fuel"),
    js("to-string", "return `${{toString() { for (;;); }}}`", "fuel"),
    js("to-primitive", "return +{[Symbol.toPrimitive]() { for (;;); }}", "fuel"),
    js("iterator", "return [...{[Symbol.iterator]: () => ({next: () => ({value: 1})})}]", "fuel", "memory"),
    js("iterator-in-a-map", "new Map({[Symbol.iterator]: () => ({next: () => ({value: [{}, 1]})})})", "fuel", "memory"),
    js("iterator-that-returns-slowly", "for (const x of {[Symbol.iterator]: () => ({next: () => ({}), return() { for (;;); }})}) break", "fuel"),
    js("proxy-get", "new Proxy({}, {get() { for (;;); }}).x", "fuel"),
    js("proxy-own-keys", "return [{json: new Proxy({}, {ownKeys() { for (;;); }})}]", "fuel"),
    js("proxy-as-result", "return new Proxy([], {get(t, k) { for (;;); }})", "fuel"),
    js("proxy-that-is-endlessly-long", "return new Proxy([], {get: (t, k) => k === 'length' ? 2 ** 53 : {json: {}}})", "fuel", "memory", "failed"),
    js("array-like-of-2-to-the-53", "return Array.prototype.map.call({length: 2 ** 53 - 1}, (x) => x)", "failed", "fuel", "memory"),
    js("array-like-index-of", "Array.prototype.indexOf.call({length: 2 ** 53 - 1}, 1)", "fuel"),
    js("fill-a-fake-array", "Array.prototype.fill.call({length: 2 ** 53 - 1}, 0)", "fuel", "memory"),
    js("sort-that-never-agrees", "return [{n: Array.from({length: 2e6}, (_, i) => i).sort(() => Math.random() - 0.5).length}]", "fuel", "memory", "wall"),
    js("date-loop", "const end = Date.now() + 3600e3; while (Date.now() < end);", "fuel", "wall"),
    js("date-loop-with-fuel-to-burn", "const end = Date.now() + 3600e3; while (Date.now() < end);", "wall", fuel=SLOW_FUEL),
    js("error-that-describes-itself-forever", "throw {get message() { for (;;); }}", "fuel"),
    js("error-whose-stack-loops", "const e = new Error('x'); Object.defineProperty(e, 'stack', {get() { for (;;); }}); throw e", "fuel", "failed"),
    js("prepare-stack-trace-loops", "Error.prepareStackTrace = () => { for (;;); }; null.x", "fuel", "failed"),
    js("a-promise-nobody-settles", "await new Promise(() => {})", "failed"),
    js("never-await-a-flood", "for (;;) (async () => { await null })()", "fuel", "memory", "wall"),
    js("label-continue", "a: for (;;) { for (;;) continue a }", "fuel"),
    js("big-number-power", "return [{a: String(2n ** (2n ** 30n)).length}]", "fuel", "memory", "failed"),
    js("big-number-squares", "let n = 3n; for (;;) n *= n", "fuel", "memory", "failed"),
    js("big-number-to-text", "return [{a: (7n ** 3000000n).toString().length}]", "fuel", "failed"),
    js("luxon-range", "let d = DateTime.fromISO('2020-01-01'); for (;;) d = d.plus({days: 1})", "fuel", "wall"),
]  # fmt: skip

RECURSION = [
    js("functions", "(function f() { f() })()", "failed"),
    js("mutual", "const a = () => b(), b = () => a(); a()", "failed"),
    js("caught-again-and-again", "(function f() { try { f() } catch { f() } })()", "failed", "fuel"),
    js("in-finally", "(function f() { try { f() } finally { f() } })()", "failed", "fuel"),
    js("async", "const f = async () => { await f() }; await f()", "failed", "fuel", "memory"),
    js("generators", "function* f() { yield* f() } return [...f()]", "failed", "fuel"),
    js("constructors", "class A { constructor() { new A() } } new A()", "failed"),
    js("getter", "const o = {get a() { return this.a }}; o.a", "failed"),
    js("proxy-chain", "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x", "failed", "trapped", "memory", "fuel"),
    js("prototype-chain", "let o = {}; for (let i = 0; i < 3e5; i++) o = Object.create(o); o.x", "failed", "memory", "value", "fuel"),
    js("bound-functions", "let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); f()", "failed", "trapped", "memory"),
    js("json-stringify", "let a = []; for (let i = 0; i < 2e4; i++) a = [a]; return [{json: {a}}]", "failed", "fuel"),
    js("json-parse", "JSON.parse('['.repeat(1e6))", "failed"),
    js("json-parse-objects", "JSON.parse('{\"a\":'.repeat(3e5))", "failed"),
    js("json-reviver", "JSON.parse('[1]', function f(k, v) { return JSON.parse('[1]', f) })", "failed"),
    js("to-json-grows", "return [{json: {toJSON() { return {again: this} }}}]", "failed", "fuel", "memory"),
    js("cycle-as-result", "const o = {}; o.o = o; return [o]", "failed"),
    js("to-string", "const o = {toString() { return `${this}` }}; `${o}`", "failed"),
    js("array-join", "const a = []; a[0] = a; let b = []; for (let i = 0; i < 1e5; i++) b = [b]; String(b)", "failed", "trapped"),
    js("flat", "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a.flat(Infinity)", "failed", "trapped", "value"),
    js("regex-nesting", "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))", "failed"),
    js("regex-replacer", "'a'.replace(/a/, function f() { return 'a'.replace(/a/, f) })", "failed"),
    js("sort-comparator", "[1, 2].sort(function f() { return [1, 2].sort(f).length })", "failed"),
    js("instanceof", "class A { static [Symbol.hasInstance](x) { return x instanceof A } } ({}) instanceof A", "failed"),
    js("source-nesting", "return new Function('return ' + '('.repeat(1e5) + '1' + ')'.repeat(1e5))()", "failed"),
    js("source-arrays", "return new Function('return ' + '['.repeat(3e5))()", "failed"),
    js("template-tags", "const t = (s) => t`${1}`; t``", "failed"),
    js("error-cause-chain", "let e = new Error('0'); for (let i = 0; i < 1e5; i++) e = new Error('x', {cause: e}); throw e", "failed", "fuel"),
    js("structured-clone", "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; structuredClone(a)", "failed", "trapped"),
]  # fmt: skip

MEMORY = [
    bomb("strings", "let s = 'x'; for (;;) { s += s; s.charCodeAt(0) }", "memory", "failed"),
    bomb("strings-caught", "const keep = []; for (;;) try { keep.push('x'.repeat(1e6) + keep.length) } catch {}", "memory", "fuel", "wall"),
    bomb("pad-end", "return ''.padEnd(2 ** 30, 'ab')", "memory", "failed"),
    bomb("repeat", "return [{a: 'x'.repeat(2 ** 30 - 1)}]", "memory", "failed", "output"),
    bomb("array-of-2-to-the-32", "return [{n: new Array(2 ** 32 - 1).fill(0).length}]", "memory", "fuel", "failed"),
    bomb("array-length", "const a = []; a.length = 2 ** 32 - 1; return [{json: {a}}]", "memory", "fuel", "output", "wall"),
    bomb("sparse-array-join", "const a = []; a[2 ** 32 - 2] = 1; return [{a: a.join('xx').length}]", "memory", "fuel", "failed", "wall"),
    bomb("typed-arrays", "const a = []; for (;;) a.push(new Float64Array(1e5))", "memory"),
    bomb("one-typed-array", "new Uint8Array(2 ** 31)", "memory", "failed"),
    bomb("resizable-buffer", "const b = new ArrayBuffer(1, {maxByteLength: 2 ** 30}); b.resize(2 ** 30)", "memory", "failed"),
    bomb("maps", "const m = new Map(); for (let i = 0;; i++) m.set({}, new Map())", "memory"),
    bomb("weak-maps", "const m = new WeakMap(), keep = []; for (;;) { const k = {}; keep.push(k); m.set(k, keep) }", "memory"),
    bomb("objects", "let o = null; for (;;) o = {o}", "memory"),
    bomb("symbols", "const a = []; for (let i = 0;; i++) a.push(Symbol.for('s' + i))", "memory"),
    bomb("closures", "const a = []; for (;;) a.push(() => a)", "memory"),
    bomb("property-names", "const o = {}; for (let i = 0;; i++) o['p' + i] = i", "memory", "fuel"),
    bomb("promises", "const a = []; for (;;) a.push(new Promise(() => {}))", "memory"),
    bomb("spread", "let a = [1]; for (;;) a = [...a, ...a]", "memory", "fuel"),
    bomb("json-of-shared-nesting", "let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; return [{json: {a}}]", "memory", "fuel"),
    bomb("concat", "let a = [1]; for (;;) a = a.concat(a)", "memory", "fuel"),
    bomb("regex-source", "new RegExp('a{0,65535}'.repeat(2000))", "memory", "failed", "value", "fuel"),
    bomb("regex-captures", "'a'.repeat(1e5).match(/()/g.source.repeat(1) && new RegExp('()'.repeat(200) + 'a', 'g'))", "memory", "failed", "value", "fuel"),
    bomb("source", "new Function('x'.repeat(3e6))", "memory", "failed", "value"),
    bomb("many-functions", "for (let i = 0, a = [];; i++) a.push(new Function('return ' + i))", "memory", "fuel", "wall"),
    bomb("big-numbers", "const a = []; for (;;) a.push(2n ** 100000n)", "memory", "fuel"),
    bomb("arguments", "Math.max(...new Array(5e6).fill(1))", "memory", "failed", "fuel"),
    bomb("apply", "Math.max.apply(null, {length: 2 ** 31})", "memory", "failed", "fuel"),
    bomb("destructured", "const [...a] = {[Symbol.iterator]: () => ({next: () => ({value: 'x'})})}", "memory", "fuel"),
    bomb("replace-expansion", "return 'a'.repeat(1e5).replace(/a/g, '$`')", "memory", "fuel", "failed"),
    bomb("split", "return 'x'.repeat(2e7).split('')", "memory", "fuel", "failed"),
    bomb("uri-encoding", "return encodeURIComponent('\\u4e00'.repeat(2e7)).length", "memory", "fuel", "failed"),
    bomb("log-of-a-giant", "console.log('x'.repeat(3e7)); return [{ok: 1}]", "memory", "value"),
    bomb("error-with-a-giant-message", "throw new Error('x'.repeat(2e7))", "failed", "output", "memory"),
    bomb("output-in-many-items", "return Array.from({length: 3e4}, (_, i) => ({json: {i, t: 'x'.repeat(40)}}))", "output"),
    bomb("output-escaped", "return [{a: '\\u0001'.repeat(1e6)}]", "output"),
]  # fmt: skip

REGEX = [
    js("nested-plus", "/^(a+)+$/.test('a'.repeat(50) + 'b')", "fuel"),
    js("nested-plus-with-fuel-to-burn", "/^(a+)+$/.test('a'.repeat(50) + 'b')", "wall", fuel=SLOW_FUEL),
    js("alternation", "/^(a|a)*$/.test('a'.repeat(50) + 'b')", "fuel"),
    js("backreference", "/^(.*)\\1\\1\\1\\1$/.test('ab'.repeat(5e3))", "fuel", "value"),
    js("lookahead", "/^(?=(a+)+$)a/.test('a'.repeat(50) + 'b')", "fuel"),
    js("lookbehind", "return [{t: /(?<=(a+)+)$/.test('a'.repeat(50) + 'b')}]", "fuel", "value"),
    js("replace-callback", "'a'.repeat(1e4).replace(/(?:a|a)*?$/g, () => { for (;;); })", "fuel"),
    js("sticky-loop", "const r = /a*/y; for (;;) { r.lastIndex = 0; r.exec('aaa') }", "fuel"),
    js("unicode-case", "/(\\p{L}+)*x/iu.test('é'.repeat(40))", "fuel", "value"),
    js("symbol-match", "'a'.match({[Symbol.match]() { for (;;); }})", "fuel"),
    js("exec-patched", "RegExp.prototype.exec = () => { for (;;); }; 'a'.replace(/a/g, '')", "fuel"),
    js("species-split", "class R extends RegExp { static get [Symbol.species]() { return function () { for (;;); } } } 'a'.split(new R('a'))", "fuel"),
]  # fmt: skip

#: Ways out that worked elsewhere, and what they find here. `hunt` names what no guest may see.
HUNT = """
const global = (0, eval)('this');
const found = [];
for (const name of ['process', 'require', 'module', 'exports', 'global', 'Deno', 'Bun', 'std', 'os', 'bjson',
  '__dirname', '__filename', 'window', 'document', 'XMLHttpRequest', 'WebSocket', 'Worker',
  'WebAssembly', 'Atomics', 'importScripts', 'load', 'loadScript', 'scriptArgs', 'host_call'])
  if (global[name] !== undefined) found.push(name);
return [{found}]
"""
ESCAPES = [
    js("hunt-through-the-global-object", HUNT, value=[{"found": []}]),
    js("constructor-constructor", "return [{t: typeof ({}).constructor.constructor('return typeof process === \"undefined\" ? undefined : process')()}]", value=[{"t": "undefined"}]),
    js("constructor-spelled", "return [{t: typeof ''['con' + 'structor']['con' + 'structor']('return this.process')()}]", value=[{"t": "undefined"}]),
    js("async-constructor", "return [{t: typeof await (async () => {}).constructor('return this.process')()}]", value=[{"t": "undefined"}]),
    js("generator-constructor", "return [{t: typeof (function* () {}).constructor('yield this.process')().next().value}]", value=[{"t": "undefined"}]),
    js("async-generator-constructor", "return [{t: typeof (await (async function* () {}).constructor('yield this.process')().next()).value}]", value=[{"t": "undefined"}]),
    js("bound-constructor", "return [{t: typeof Function.bind(null, 'return this.process')()()}]", value=[{"t": "undefined"}]),
    js("reflect-construct", "return [{t: typeof Reflect.construct(Function, ['return this.process'])()}]", value=[{"t": "undefined"}]),
    js("class-extends-function", "return [{t: typeof new (class extends Function {})('return this.process')()}]", value=[{"t": "undefined"}]),
    js("indirect-eval", "return [{t: typeof (0, eval)('this.process')}]", value=[{"t": "undefined"}]),
    js("sloppy-this", "return [{t: typeof new Function('return this')().process}]", value=[{"t": "undefined"}]),
    js("with", "return [{t: typeof new Function('o', 'with (o) { return process }')({get process() { return undefined }})}]", value=[{"t": "undefined"}]),
    js("template-tag-cache", "const t = (s) => s; return [{t: typeof t`x`.constructor.constructor('return this.process')()}]", value=[{"t": "undefined"}]),
    js("spread-of-a-getter", "return [{t: typeof {...{get a() { return this.constructor.constructor('return this.process')() }}}.a}]", value=[{"t": "undefined"}]),
    js("computed-getter", "const k = 'constructor'; return [{t: typeof ({get [k]() { return 1 }})[k].constructor.constructor('return this.process')()}]", value=[{"t": "undefined"}]),
    js("fetch-without-a-grant", "return [{s: (await fetch('https://example.com/')).status}]", "failed", "refused", "trapped"),
    js("request-without-a-grant", "return [{s: await $helpers.httpRequest({url: 'https://example.com/'})}]", "failed", "refused", "trapped"),
    js("shared-memory-is-nobodys", "const a = new Int32Array(new SharedArrayBuffer(16)); a[0] = 7; return [{v: a[0], atomics: typeof Atomics}]", value=[{"v": 7, "atomics": "undefined"}]),
    js("import-call", "try { await import('fs'); return [{got: true}] } catch (e) { return [{got: false}] }", "value", "failed", value=[{"got": False}]),
    js("import-call-of-our-own", "try { await import('penstock'); return [{got: true}] } catch (e) { return [{got: false}] }", "value", "failed", value=[{"got": False}]),
    js("import-data-url", "try { await import('data:text/javascript,export default 1'); return [{got: true}] } catch (e) { return [{got: false}] }", "value", "failed", value=[{"got": False}]),
    js("import-meta", "return [{m: typeof import.meta}]", "failed"),
    js("require", "return [{t: typeof require === 'function' ? typeof require('child_process').exec : 'none'}]", "value", "failed", value=[{"t": "none"}]),
    js("caller", "function f() { return f.caller } return [{c: typeof f()}]", "value", "failed"),
    js("callee-caller", "return [{c: (function () { try { return typeof arguments.callee.caller } catch { return 'none' } })()}]", "value", "failed"),
    js("prepare-stack-trace", "Error.prepareStackTrace = (e, s) => s.map((f) => typeof f.getThis?.() + typeof f.getFunction?.()); return [{s: String(new Error('x').stack)}]", "value", "failed"),
    js("species", "class A extends Array { static get [Symbol.species]() { return function () { return globalThis } } } new A(1, 2).map(String); return [{p: typeof globalThis.process, zero: globalThis[0]}]", "value", "failed"),
    js("overflow-then-constructor", "const f = () => { try { return f() } catch (e) { return e.constructor.constructor('return typeof process')() } }; return [{t: f()}]", "value", "failed", "fuel", value=[{"t": "undefined"}]),
    js("patch-everything", "for (const c of [Object, Array, String, Number, Function, Promise, Map, Set, RegExp, Date, Error]) for (const k of Object.getOwnPropertyNames(c.prototype)) try { c.prototype[k] = () => 'mine' } catch {} return [{json: {a: 1}}]", "value", "failed", "trapped"),
    js("patch-json", "JSON.stringify = () => '\"mine\"'; JSON.parse = () => null; return [{a: 1}]", value=[{"a": 1}]),
    js("patch-promise-then", "Promise.prototype.then = () => { for (;;); }; await 1; return []", "fuel", "failed", "value"),
    js("pollute-object", "Object.prototype.polluted = 1; Object.prototype.toJSON = () => 1; return [{a: 1}]", "value", "failed"),
    js("pollute-through-json", "Object.assign({}, JSON.parse('{\"__proto__\": {\"polluted\": 1}}')); return [{p: typeof ({}).polluted}]", value=[{"p": "undefined"}]),
    js("result-with-proto", "return [JSON.parse('{\"__proto__\": {\"polluted\": 1}, \"constructor\": {\"prototype\": 1}}')]", "value"),
    js("define-on-global", "for (const k of Object.getOwnPropertyNames(globalThis)) try { Object.defineProperty(globalThis, k, {get() { throw 1 }}) } catch {} return [{a: 1}]", "value", "failed"),
    js("delete-every-global", "for (const k of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[k] } catch {} return [{a: 1}]", "value", "failed"),
    js("freeze-the-global", "Object.freeze(globalThis); Object.freeze(Object.prototype); return [{a: 1}]", "value", "failed", value=[{"a": 1}]),
    js("our-doors", "const d = (0, eval)('this').__penstock; try { d.code.prepare('{\"kind\":\"code\",\"source\":\"\",\"ctx\":{}}') } catch {} return [{a: 1}]", "value", "failed"),
    js("our-doors-again", "const d = (0, eval)('this').__penstock; for (const k of Object.keys(d ?? {})) try { d[k] = null } catch {} return [{a: 1}]", "value", "failed"),
    js("broken-out-of-the-function", "} finally {} }); globalThis.leak = 1; (async () => { try {", "failed"),
    js("html-comment", "<!-- \nreturn [{a: 1}]", "value", "failed"),
    js("hashbang", "#!/usr/bin/env node\nreturn [{a: 1}]", "value", "failed"),
    js("nul-bytes", "return [{a: '\\u0000'.length}] // \x00", "value", "failed"),
    js("weak-ref-and-gc", "const r = new WeakRef({}); let n = 0; for (let i = 0; i < 1e5; i++) n += [i].length; return [{t: typeof r.deref()}]", "value", "failed"),
    js("finalizers-after-the-call", "const f = new FinalizationRegistry(() => { for (;;); }); for (let i = 0; i < 1e3; i++) f.register({}, 1); return [{ok: 1}]", "value", "failed", "fuel"),
    js("timer-after-the-call", "setTimeout(() => { for (;;); }, 0); return [{ok: 1}]", "value", "failed", "fuel"),
    js("detached-buffer", "const b = new ArrayBuffer(16), a = new Uint8Array(b); b.transfer?.(); return [{v: [a[0] ?? null, a.length]}]", "value", "failed"),
    js("typed-array-out-of-bounds", "const a = new Uint8Array(16); a[1e9] = 1; a[-1] = 1; return [{v: [a[1e9] ?? null, a[-1] ?? null]}]", value=[{"v": [None, None]}]),
    js("data-view-out-of-bounds", "new DataView(new ArrayBuffer(8)).getInt32(2 ** 31)", "failed"),
    js("valueof-detaches", "const a = new Uint8Array(64); a.fill({valueOf() { a.buffer.transfer?.(0); return 7 }}); return [{n: a.length}]", "value", "failed"),
    js("sort-shrinks", "const a = Array.from({length: 999}, (_, i) => i); a.sort(() => { a.length = 0; return 1 }); return [{n: typeof a.length}]", "value", "failed", value=[{"n": "number"}]),
    js("splice-species-grows", "class A extends Array { static get [Symbol.species]() { return class { constructor() { this.length = 2 ** 53 - 1 } } } } const a = A.from([1, 2, 3]); a.splice(0, 2); return []", "value", "failed", "fuel"),
    js("lone-surrogates", "return [{'\\ud800': '\\udc00', t: 'a\\ud83d'}]", "value"),
    js("length-lies", "const a = []; Object.defineProperty(a, '0', {get() { a.length = 0; return {json: {x: 1}} }, enumerable: true}); return a", "value", "failed"),
]  # fmt: skip

FLOODS = [
    js("log-flood", "for (;;) console.log('x'.repeat(1000))", "fuel", "wall"),
    js("log-flood-with-fuel-to-burn", "for (;;) console.log('x')", "wall", fuel=SLOW_FUEL),
    js("log-of-a-cycle", "const o = {}; o.o = o; console.log(o); return [{ok: 1}]", value=[{"ok": 1}]),
    js("log-of-deep-data", "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; console.log(a); return [{ok: 1}]", "value", "failed", "fuel"),
    js("log-of-a-proxy-that-throws", "console.log(new Proxy({}, {get() { throw 1 }, ownKeys() { throw 2 }})); return [{ok: 1}]", "value", "failed"),
    js("log-of-invalid-text", "console.log('\\ud800'); return [{ok: 1}]", value=[{"ok": 1}]),
    js("promises-in-parallel", "const all = await Promise.all(Array.from({length: 2e5}, async (_, i) => i)); return [{n: all.length}]", "value", "fuel", "memory", "wall"),
]  # fmt: skip

ALL = [*ENDLESS, *RECURSION, *MEMORY, *REGEX, *ESCAPES, *FLOODS]


@pytest.mark.parametrize("attack", ALL)
async def test_hostile_javascript_is_held(runners: Arena, attack: Program) -> None:
    await runners.hold(attack)


@pytest.mark.parametrize("attack", [*ENDLESS[:16], *MEMORY[:8], *REGEX[:2], *FLOODS[:2]])
async def test_hostile_javascript_is_held_without_a_process_of_its_own(
    inprocess: Arena, attack: Program
) -> None:
    await inprocess.hold(attack)
