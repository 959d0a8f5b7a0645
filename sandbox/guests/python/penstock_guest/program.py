"""A person's source as a program: a function body with `return` and `await`."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable
from types import CodeType, GeneratorType
from typing import Any, cast

from penstock_guest import answer
from penstock_guest.failure import SOURCE, Failures, Place
from penstock_guest.host import HostLoop
from penstock_guest.names import Names, read_items
from penstock_guest.prelude import log

_MAIN = "__code__"


def check_source(header: dict[str, Any], _place: Place) -> None:
    """Only see whether it parses."""
    compile_source(header["source"])
    answer.emit_beside()


def run_code(header: dict[str, Any], place: Place) -> None:
    """Run the source once for all items, or once for each."""
    code, is_async = compile_source(header["source"])
    names = Names(header, read_items())
    scope = names.scope()
    exec(code, scope)  # noqa: S102  this is what the sandbox is for
    main: Callable[[], Any] = scope[_MAIN]
    call = _awaited(main) if is_async else main
    if header.get("mode") == "each":
        _run_each(call, names, scope, place, keep_going=bool(header.get("keepGoing")))
    else:
        answer.emit_all(_listed(call()), names.items)
    if changes := names.changes():
        answer.emit_beside(**changes)


def _run_each(
    call: Callable[[], Any],
    names: Names,
    scope: dict[str, Any],
    place: Place,
    *,
    keep_going: bool,
) -> None:
    failed = Failures()
    out = answer.Each(len(names.items), failed.add if keep_going else None)
    for index, item in enumerate(names.items):
        place.item = index
        names.select(scope, index, item)
        try:
            out.add(index, item, _listed(call()))
        except Exception as error:
            if not keep_going or isinstance(error, MemoryError):
                raise
            failed.add(index, error)
    place.item = None
    out.finish()
    if failed.told:
        answer.emit_beside(failures=failed.told)


def _listed(result: Any) -> Any:
    return list(result) if isinstance(result, GeneratorType) else result


def _awaited(main: Callable[[], Any]) -> Callable[[], Any]:
    loop = HostLoop()
    loop.set_debug(False)
    asyncio._set_running_loop(None)  # noqa: SLF001
    loop.set_exception_handler(_report)

    def call() -> Any:
        return loop.run_until_complete(_collected(main()))

    return call


async def _collected(running: Any) -> Any:
    if hasattr(running, "__aiter__"):
        return [item async for item in running]
    return await running


def _report(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log("warning", f"{context.get('message')}: {context.get('exception')!r}")


def compile_source(source: str) -> tuple[CodeType, bool]:
    """Compile a function body; say whether it awaits.

    Raises:
        SyntaxError: With the person's own line and column.
    """
    tree = ast.parse(source, SOURCE)
    outside = [statement for statement in tree.body if _belongs_outside(statement)]
    body = [statement for statement in tree.body if not _belongs_outside(statement)]
    # Looking at every node is slow here, and most sources have neither word.
    may_await = "await" in source or "async" in source
    is_async = may_await and any(_awaits(statement) for statement in body)
    tree.body = [*outside, _function(body, is_async=is_async)]
    return compile(tree, SOURCE, "exec", dont_inherit=True), is_async


def _belongs_outside(statement: ast.stmt) -> bool:
    """Two kinds of import are not allowed in a function."""
    if not isinstance(statement, ast.ImportFrom):
        return False
    return statement.module == "__future__" or statement.names[0].name == "*"


def _function(body: list[ast.stmt], *, is_async: bool) -> ast.stmt:
    header = "async def" if is_async else "def"
    function = cast("ast.FunctionDef", ast.parse(f"{header} {_MAIN}(): pass").body[0])
    function.body = body or function.body
    return function


def _awaits(node: ast.AST) -> bool:
    if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
        return True
    if isinstance(node, ast.comprehension) and node.is_async:
        return True
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
        return False
    return any(_awaits(child) for child in ast.iter_child_nodes(node))


__all__ = ["check_source", "compile_source", "run_code"]
