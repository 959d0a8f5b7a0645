"""URL, TextEncoder and the like. Expected values were taken once from Node 20."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.expressions import cases, evaluate

from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.javascript import JavaScriptDriver


@pytest.fixture(scope="module")
def driver() -> JavaScriptDriver:
    return JavaScriptDriver(make_engine(), "expression")


@cases(
    (
        "new URL('https://User:p%40ss@EXAMPLE.com:443/a/../b c?x=ü&y=1#h i').href",
        "https://User:p%40ss@example.com/b%20c?x=%C3%BC&y=1#h%20i",
    ),
    ("new URL('../x?y', 'https://example.com/a/b/c').href", "https://example.com/a/x?y"),
    ("new URL('//cdn.example.com/x', 'https://example.com/').href", "https://cdn.example.com/x"),
    ("new URL('https://münchen.example/ä').href", "https://xn--mnchen-3ya.example/%C3%A4"),
    ("new URL('http://[::1]:3000/x').host", "[::1]:3000"),
    ("new URL('mailto:a@example.com').pathname", "a@example.com"),
    ("new URL('https://example.com').origin", "https://example.com"),
    (
        "(() => { const u = new URL('https://example.com/?a=1'); u.searchParams.append('b', 'x y'); u.pathname = '/p q'; u.hash = 'h'; return u.href })()",
        "https://example.com/p%20q?a=1&b=x+y#h",
    ),
    (
        "(() => { const u = new URL('http://example.com:80/'); u.protocol = 'https'; u.port = '8443'; u.search = 'a=b'; return u.toString() })()",
        "https://example.com:8443/?a=b",
    ),
    ("JSON.stringify(new URL('https://example.com/a'))", '"https://example.com/a"'),
    ("URL.canParse('http://') + ' ' + URL.canParse('/x', 'http://example.com')", "false true"),
    (
        "(() => { try { new URL('example.com') } catch (e) { return e.name + ': ' + e.message } })()",
        "TypeError: Invalid URL",
    ),
    ("new URLSearchParams({a: 'x y', b: 'ü&='}).toString()", "a=x+y&b=%C3%BC%26%3D"),
    ("[...new URLSearchParams('?a=1&b=%C3%BC+x&a=2')].join('|')", "a,1|b,ü x|a,2"),
    ("new URLSearchParams('a=1&b=2&a=3').getAll('a').join()", "1,3"),
    (
        "(() => { const p = new URLSearchParams('b=1&a=2&b=3'); p.set('b', 9); p.sort(); p.delete('c'); return p.toString() + p.get('c') + p.has('a') + p.size })()",
        "a=2&b=9nulltrue2",
    ),
    ("new URLSearchParams([['a', 'b'], ['c', 'd']]).toString()", "a=b&c=d"),
    (
        "Array.from(new TextEncoder().encode('aé€😀\\ud800')).join()",
        "97,195,169,226,130,172,240,159,152,128,239,191,189",
    ),
    (
        "new TextDecoder().decode(Uint8Array.from([0xef, 0xbb, 0xbf, 97, 0xe2, 0x82, 0xac, 0xff, 0xe2, 0x82]))",
        "a€��",
    ),
    ("new TextDecoder('utf-16le').decode(Uint8Array.from([0x61, 0, 0xac, 0x20]))", "a€"),
    (
        "(() => { try { new TextDecoder('utf-8', {fatal: true}).decode(Uint8Array.from([0xff])) } catch (e) { return e.name } })()",
        "TypeError",
    ),
    (
        "JSON.stringify(new TextEncoder().encodeInto('a€b', new Uint8Array(4)))",
        '{"read":2,"written":4}',
    ),
    (
        "(() => { const a = {d: new Date(0), l: [1, {x: 2}], m: new Map([['k', new Set([1])]])}; a.self = a; const b = structuredClone(a); return [b !== a, b.self === b, b.d.getTime(), b.l[1].x, b.m.get('k').has(1), b.l !== a.l].join() })()",
        "true,true,0,2,true,true",
    ),
    (
        "(() => { try { structuredClone({f: () => 1}) } catch (e) { return e.name } })()",
        "DataCloneError",
    ),
    ("structuredClone(Uint8Array.from([1, 2])).join()", "1,2"),
    ("atob('aGVsbG8') + btoa('hello')", "helloaGVsbG8="),
)
def test_web_names_do_what_other_engines_do(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    assert evaluate(driver, source) == expected
