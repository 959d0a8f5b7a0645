"""Components that misbehave: one that can do it in many ways, and some that begin with it.

A component takes a while to compile, so what happens in a call is chosen by the call: the header of
a call is the letter of a misdeed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import wasmtime

#: What a component of the world imports and exports. `run` may use the memory from 256 on.
_WORLD: Final = """
(component
  (import "penstock:node/items@1.0.0" (instance $items
    (export "next" (func (result (option string))))
    (export "emit" (func (param "chunk" string)))))
  (import "penstock:node/host@1.0.0" (instance $host
    (export "call" (func (param "requests" string) (result string)))))
  (import "penstock:node/http@1.0.0" (instance $http
    (export "send" (func (param "request" string) (result (result string (error string)))))))
  (import "penstock:node/notes@1.0.0" (instance $notes
    (export "log" (func (param "line" string)))
    (export "progress" (func (param "state" string)))))
  (import "wasi:random/random@0.2.3" (instance $random
    (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
  (import "wasi:cli/exit@0.2.3" (instance $exit (export "exit" (func (param "status" (result))))))
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance $clock (export "now" (func (result u64)))))
  (core module $store
    (memory (export "memory") 1)
    (global $top (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      REALLOC
      (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      (global.set $top (i32.add (local.get $at) (local.get 3)))
      (block $enough (loop $more
        (br_if $enough (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then (unreachable)))
        (br $more)))
      (local.get $at)))
  (core instance $s (instantiate $store))
  (alias core export $s "memory" (core memory $memory))
  (alias core export $s "realloc" (core func $realloc))
  (core func $next (canon lower (func $items "next") (memory $memory) (realloc $realloc)))
  (core func $emit (canon lower (func $items "emit") (memory $memory)))
  (core func $call (canon lower (func $host "call") (memory $memory) (realloc $realloc)))
  (core func $send (canon lower (func $http "send") (memory $memory) (realloc $realloc)))
  (core func $log (canon lower (func $notes "log") (memory $memory)))
  (core func $progress (canon lower (func $notes "progress") (memory $memory)))
  (core func $bytes (canon lower (func $random "get-random-bytes") (memory $memory) (realloc $realloc)))
  (core func $exit (canon lower (func $exit "exit")))
  (core func $now (canon lower (func $clock "now")))
  (core module $code
    (import "h" "memory" (memory 1))
    (import "h" "next" (func $next (param i32)))
    (import "h" "emit" (func $emit (param i32 i32)))
    (import "h" "call" (func $call (param i32 i32 i32)))
    (import "h" "send" (func $send (param i32 i32 i32)))
    (import "h" "log" (func $log (param i32 i32)))
    (import "h" "progress" (func $progress (param i32 i32)))
    (import "h" "bytes" (func $bytes (param i64 i32)))
    (import "h" "exit" (func $exit (param i32)))
    (import "h" "now" (func $now (result i64)))
    (type $plain (func))
    (table 4 4 funcref)
    (global $deep (mut i32) (i32.const 0))
    (data (i32.const 256) "[{\\"name\\":\\"http\\",\\"arguments\\":{\\"url\\":\\"https://a.example/\\"}}]")
    (data (i32.const 400) "[{\\"name\\":\\"no.such\\",\\"arguments\\":null},{\\"name\\":\\"http\\"}]")
    (data (i32.const 500) "not json at all")
    (func $fall (param i32) (result i32)
      (i32.add (i32.const 1) (call $fall (i32.add (local.get 0) (i32.const 1)))))
    START
    (func (export "run") (param $at i32) (param $size i32) (result i32)
      (local $case i32) (local $n i32)
      (local.set $case (i32.load8_u (local.get $at)))
      CASES
      (i32.const 80))
    (func (export "text") (result i32) (i32.const 96))
    (func (export "options") (param $at i32) (param $size i32) (result i32) (i32.const 112)))
  (core instance $c (instantiate $code (with "h" (instance
    (export "memory" (memory $memory)) (export "next" (func $next)) (export "emit" (func $emit))
    (export "call" (func $call)) (export "send" (func $send)) (export "log" (func $log))
    (export "progress" (func $progress)) (export "bytes" (func $bytes)) (export "exit" (func $exit))
    (export "now" (func $now))))))
  (func (export "run") (param "header" string) (result (result (error string)))
    (canon lift (core func $c "run") (memory $memory) (realloc $realloc)))
  (func (export "describe") (result string) (canon lift (core func $c "text") (memory $memory)))
  (func (export "options") (param "header" string) (result (result string (error string)))
    (canon lift (core func $c "options") (memory $memory) (realloc $realloc))))
"""

#: What `run` does, by the letter that the header begins with.
MISDEEDS: Final[Mapping[str, str]] = {
    # Behaves: gives back what it is given.
    "A": """(block $end (loop $l (call $next (i32.const 64))
        (br_if $end (i32.eqz (i32.load8_u (i32.const 64))))
        (call $emit (i32.load (i32.const 68)) (i32.load (i32.const 72))) (br $l)))""",
    "B": "(unreachable)",
    "C": "(loop $l (br $l))",
    "D": "(drop (call $fall (i32.const 0)))",
    "E": "(drop (i32.load (i32.const -4)))",
    "F": "(i64.store (i32.const 2147483640) (i64.const 1))",
    "G": "(drop (i32.div_u (i32.const 1) (i32.const 0)))",
    "H": "(call_indirect (type $plain) (i32.const 3))",
    "I": "(call_indirect (type $plain) (i32.const 1000000))",
    "J": "(drop (i32.trunc_f64_s (f64.const nan)))",
    # Lies about lengths and places.
    "K": "(call $emit (i32.const 256) (i32.const 2147483647))",
    "L": "(call $emit (i32.const -1) (i32.const -1))",
    "M": "(call $emit (i32.const 65530) (i32.const 100))",
    "N": "(call $next (i32.const -8))",
    "O": "(call $next (i32.const 65))",
    "P": "(i32.store (i32.const 80) (i32.const 7))",
    "Q": "(i32.store (i32.const 80) (i32.const 1)) (i32.store (i32.const 84) (i32.const -16)) (i32.store (i32.const 88) (i32.const 99999))",
    "R": "(i32.store8 (i32.const 256) (i32.const 255)) (call $emit (i32.const 256) (i32.const 1))",
    "S": "(call $log (i32.const 256) (i32.const 1073741824))",
    # Floods.
    "T": "(loop $l (call $emit (i32.const 256) (i32.const 1024)) (br $l))",
    "U": "(loop $l (call $emit (i32.const 256) (i32.const 0)) (br $l))",
    "V": "(loop $l (call $log (i32.const 256) (i32.const 50)) (br $l))",
    "W": "(loop $l (call $progress (i32.const 256) (i32.const 0)) (br $l))",
    "X": "(loop $l (call $bytes (i64.const 65536) (i32.const 64)) (br $l))",
    "Y": "(call $bytes (i64.const 9223372036854775807) (i32.const 64))",
    "Z": "(loop $l (drop (memory.grow (i32.const 1))) (br $l))",
    "a": "(loop $l (drop (call $now)) (br $l))",
    "b": "(memory.fill (i32.const 256) (i32.const 0) (i32.const 60000)) (loop $l (memory.fill (i32.const 256) (i32.const 1) (i32.const 60000)) (br $l))",
    "c": "(call $exit (i32.const 0))",
    # The host.
    "d": "(loop $l (call $call (i32.const 256) (i32.const 58) (i32.const 64)) (br $l))",
    "e": "(call $call (i32.const 400) (i32.const 53) (i32.const 64)) (call $emit (i32.load (i32.const 64)) (i32.load (i32.const 68)))",
    "f": "(call $call (i32.const 500) (i32.const 15) (i32.const 64))",
    "g": "(call $call (i32.const 256) (i32.const 0) (i32.const 64))",
    "h": "(call $send (i32.const 500) (i32.const 15) (i32.const 64))",
    "i": "(call $call (i32.const 256) (i32.const 58) (i32.const -4))",
    "j": "(call $log (i32.const 500) (i32.const 15)) (call $progress (i32.const 500) (i32.const 15))",
    "k": "(drop (memory.grow (i32.const 500))) (call $call (i32.const 65536) (i32.const 32000000) (i32.const 64))",
    "l": "(call $emit (i32.const 500) (i32.const 15))",
    # Leaves a mark, and shows one that is there.
    "m": "(if (i32.load (i32.const 2048)) (then (call $emit (i32.const 256) (i32.const 58)))) (i32.store (i32.const 2048) (i32.const 1))",
}  # fmt: skip


def misbehaving(*, realloc: str = "", start: str = "") -> bytes:
    """A component with all misdeeds; the parameters are WebAssembly text."""
    cases = "\n".join(
        f"(if (i32.eq (local.get $case) (i32.const {ord(letter)})) (then {body}))"
        for letter, body in MISDEEDS.items()
    )
    text = _WORLD.replace("CASES", cases).replace("REALLOC", realloc).replace("START", start)
    return bytes(wasmtime.wat2wasm(text))


def compile_bomb(functions: int, steps: int) -> bytes:
    """A component whose functions have nothing in common and are long."""
    bodies = "\n".join(
        f"(func (param i64) (result i64) (local.get 0){_steps(number, steps)})"
        for number in range(functions)
    )
    text = _WORLD.replace("CASES", "").replace("REALLOC", "").replace("START", bodies)
    return bytes(wasmtime.wat2wasm(text))


def _steps(number: int, count: int) -> str:
    return "".join(
        f"(i64.const {number + step})(i64.mul)(i64.const {step})(i64.rotl)" for step in range(count)
    )
