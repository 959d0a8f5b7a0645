"""A package written with the SDK: its files as modules, its node class, one step of it."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any, cast

from wit_world.imports import items as wire

from penstock_guest import answer
from penstock_guest.context import GuestContext
from penstock_guest.failure import Failures, Place
from penstock_guest.host import HostLoop
from penstock_guest.names import read_items
from penstock_guest.text import encode
from penstock_sdk import BinaryRef, Item, Node, NodeFailed, Output, PartlyFailed, Wait

_ROOT = "<package>/"


class Files:
    """Finds and loads modules among the files of the package, before anything else."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`."""
        stem = name.replace(".", "/")
        for path, is_package in ((f"{stem}/__init__.py", True), (f"{stem}.py", False)):
            if path in self._files:
                return ModuleSpec(name, self, origin=_ROOT + path, is_package=is_package)
        return None

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        """See `importlib.abc.Loader`."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """See `importlib.abc.Loader`."""
        origin = cast("str", cast("ModuleSpec", module.__spec__).origin)
        module.__file__ = origin
        source = self._files[origin.removeprefix(_ROOT)]
        code: CodeType = compile(source, origin, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  this is what the sandbox is for


def load_node(header: Mapping[str, Any]) -> Node:
    """Import the package and make its node.

    Raises:
        NodeFailed: It has no such node.
    """
    files = dict(header.get("files") or {})
    source = header.get("source")
    if source and source not in files.values():
        files["package.py"] = source
    files = {_without_root(path, files): text for path, text in files.items()}
    sys.meta_path.insert(0, Files(files))
    for name in _modules(files):
        importlib.import_module(name)
    return _chosen(list(_declared(Node)), header["node"])()


def _without_root(path: str, files: Mapping[str, str]) -> str:
    """Packages may keep their modules under `src/`."""
    every = all(name.startswith("src/") for name in files if name.endswith(".py"))
    return path.removeprefix("src/") if every else path


def _modules(files: Mapping[str, str]) -> list[str]:
    sources = sorted(path for path in files if path.endswith(".py"))
    names = [path.removesuffix(".py").removesuffix("/__init__") for path in sources]
    return [
        name.replace("/", ".")
        for name in names
        if all(part.isidentifier() and part != "tests" for part in name.split("/"))
    ]


def _declared(base: type[Node]) -> Iterator[type[Node]]:
    for cls in base.__subclasses__():
        if "id" in cls.__dict__:
            yield cls
        yield from _declared(cls)


def _chosen(classes: Sequence[type[Node]], wanted: str) -> type[Node]:
    for cls in classes:
        if wanted in (cls.id, cls.id.rpartition(".")[2]):
            return cls
    raise NodeFailed(
        f"The package has no node {wanted!r}",
        hint=f"It declares {sorted(cls.id for cls in classes)}.",
    )


def run_node(header: dict[str, Any], place: Place) -> None:
    """Run one step of a node of the package."""
    node = load_node(header)
    items = [_item(raw) for raw in read_items()]
    context = GuestContext(header, items, node)
    ports = header.get("ports") or [port.name for port in node.outputs]
    with_loop(_run(node, context, items, ports, place))


def list_options(header: dict[str, Any], _place: Place) -> None:
    """The choices of a dynamic field."""
    node = load_node(header)
    context = GuestContext(header, [], node)
    choices = with_loop(_settled(node.options(header["field"], context)))
    listed = [{"value": c.value, "title": c.title, "description": c.description} for c in choices]
    wire.emit(encode(listed))


def with_loop(running: Any) -> Any:
    """Run a coroutine to its end."""
    loop = HostLoop()
    return loop.run_until_complete(running)


async def _settled(result: Any) -> Any:
    return await result if inspect.isawaitable(result) else result


async def _run(
    node: Node, context: GuestContext, items: list[Item], ports: Sequence[str], place: Place
) -> None:
    first = ports[0] if ports else "main"
    if node.per_item:
        collected = _Collected(len(items))
        for index, item in enumerate(items):
            place.item = index
            result = await _result(node, context.at(index), [item])
            collected.add(_by_port(result, first), index)
        place.item = None
        collected.send()
        return
    try:
        result = await _result(node, context, items)
    except PartlyFailed as partly:
        _send_partly(partly, first, len(items))
        return
    for port, output in _by_port(result, first).items():
        answer.emit_port(port, output.items, _wire_parents(output))


def _send_partly(partly: PartlyFailed, first: str, count: int) -> None:
    survivors: list[answer.Parent] = [i for i in range(count) if i not in partly.failures]
    for port, output in _by_port(partly.result, first).items():
        in_order = output.parents is None and len(output.items) == len(survivors)
        answer.emit_port(port, output.items, survivors if in_order else _wire_parents(output))
    failed = Failures()
    for index, error in sorted(partly.failures.items()):
        failed.add(index, error)
    answer.emit_beside(failures=failed.told)


async def _result(node: Node, context: GuestContext, items: list[Item]) -> Any:
    result: Any = node.run(context, items)
    if hasattr(result, "__aiter__"):
        return [item async for item in result]
    return await _settled(result)


def _by_port(result: Any, first: str) -> dict[str, Output]:
    if isinstance(result, Wait):
        raise NodeFailed("A sandboxed node cannot wait; put a Wait node after it")
    if isinstance(result, Mapping):
        return {port: _output(value) for port, value in result.items()}
    return {first: _output(result)}


def _output(value: Any) -> Output:
    output = value if isinstance(value, Output) else Output(list(value or ()))
    for index, item in enumerate(output.items):
        if not isinstance(item, Item):
            raise answer.WrongResult(f"Item {index} is a {type(item).__name__}, not an Item")
    return output


def _wire_parents(output: Output) -> list[answer.Parent] | None:
    if output.parents is None:
        return None
    return [list(parent) if isinstance(parent, tuple) else parent for parent in output.parents]


class _Collected:
    """What a node that works per item put out, port by port."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._ports: dict[str, tuple[list[Item], list[answer.Parent]]] = {}

    def add(self, outputs: Mapping[str, Output], index: int) -> None:
        for port, output in outputs.items():
            items, parents = self._ports.setdefault(port, ([], []))
            items.extend(output.items)
            parents.extend([index] * len(output.items))

    def send(self) -> None:
        for port, (items, parents) in self._ports.items():
            same = parents == list(range(self._count))
            answer.emit_port(port, items, None if same else parents)


def _item(raw: dict[str, Any]) -> Item:
    binary = raw.get("binary")
    if not binary:
        return Item(raw["json"])
    return Item(raw["json"], {name: as_ref(ref) for name, ref in binary.items()})


def as_ref(raw: Mapping[str, Any]) -> BinaryRef:
    """A handle from its JSON form."""
    return BinaryRef(
        id=raw["id"],
        media_type=raw.get("mimeType", "application/octet-stream"),
        file_name=raw.get("fileName"),
        size=raw.get("fileSize", 0),
    )
