"""Sandboxed packages in folders: read as data, made into node types, never imported.

The rules:

* The content of the folder is its identity: every regular file counts, sorted by path. Hidden
  files, caches and `node_modules` are not part of it.
* A link is refused, so that a package cannot bring in what lies outside of it.
* Whatever the manifest names as a file lies inside the folder and is JSON.
* A schema of parameters is read into fields and written anew, so that nothing a stranger wrote
  (patterns, references) is ever evaluated by the validator.
* A node that may use HTTP and does not say otherwise has `unsafe` effects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, cast

import msgspec

from penstock_kernel.packages.catalog import (
    Accepted,
    GuestProgram,
    IconFile,
    NodeType,
    PackageContext,
    PackageRejected,
)
from penstock_registry.compat import judge
from penstock_registry.installed import read_manifest
from penstock_sdk import Context, Effects, Field, Item, Port, Ports, Result, Retry
from penstock_sdk.manifest import AUTHORED, PACKED, Manifest, NodeEntry, PortEntry, RuntimeKind
from penstock_sdk.manifest_check import is_inside
from penstock_sdk.schema import DIALECT, fields_from, fields_schema, port_entry

MAX_FILES = 2_000
MAX_BYTES = 64 << 20
MAX_SCHEMA_BYTES = 256 << 10
MAX_MANIFEST_BYTES = 1 << 20
MAX_ICON_BYTES = 64 << 10

_PICTURES = {".svg": "image/svg+xml", ".png": "image/png"}
_LEFT_OUT = frozenset({"__pycache__", "node_modules"})
_SOURCES = {"python": (".py",), "javascript": (".js", ".cjs", ".mjs", ".json"), "component": ()}
_LANGUAGES = {"python": "python", "javascript": "javascript", "wasm": "component"}


class PackagedNode:
    """A node type of a sandboxed package."""

    implementation = None
    loop = False
    container = False

    def __init__(
        self, manifest: Manifest, entry: NodeEntry, files: _Files, program: GuestProgram
    ) -> None:
        self.id, self.version = program.node_type, entry.version
        self.title = entry.title or entry.name
        self.package = manifest.package.id
        self.kind: RuntimeKind = manifest.runtime.kind
        self.program = program
        self.fields: Mapping[str, Field] = _fields(entry, files)
        self.config_schema: Mapping[str, Any] = {"$schema": DIALECT, **fields_schema(self.fields)}
        self.retry = Retry(**msgspec.structs.asdict(entry.retry))
        self.per_item = entry.per_item
        self.trigger = entry.kind.partition(".")[2] or None
        self._effects: Effects = _effects(manifest, entry)
        self._ports = _ports(entry, files)
        self._entry = entry
        self._icons = _icons(manifest, entry, files)
        example = files.contents.get(f"examples/{entry.name}.workflow.json")
        self._example = None if example is None else example.decode(errors="replace")

    def icon_file(self, *, dark: bool) -> IconFile | None:
        """See `NodeType.icon_file`."""
        return self._icons[1 if dark else 0]

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """See `NodeType.ports`: always the same, as the manifest lists them."""
        del config
        return self._ports

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        """See `NodeType.effects_of`: always the same."""
        del config
        return self._effects

    def run(self, ctx: Context, items: Sequence[Item]) -> Awaitable[Result]:
        """Hand the program to the sandbox."""
        return cast("PackageContext", ctx).run_package(self.program, items)

    def example(self) -> str | None:
        """See `NodeType.example`."""
        return self._example

    def describe(self) -> Mapping[str, Any]:
        """See `NodeType.describe`."""
        entry = self._entry
        return {
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "description": entry.description,
            "group": entry.group,
            "icon": entry.icon,
            "aliases": list(entry.aliases),
            "docs": entry.docs,
            "kind": entry.kind,
            "inputs": [port_entry(port) for port in self._ports.inputs],
            "outputs": [port_entry(port) for port in self._ports.outputs],
            "config": self.config_schema,
            "ports_from_config": False,
            "effects": self._effects,
            "effects_from_config": False,
            "retry": msgspec.structs.asdict(entry.retry),
            "per_item": self.per_item,
            "loop": False,
            "compensates": False,
            "verifies": False,
            "package": self.package,
            "runtime": self.kind,
        }


def load_folder(folder: Path, *, engine: str, sdk: str) -> tuple[Accepted, list[NodeType]]:
    """Read a sandboxed package.

    Args:
        folder: With `node.toml` or `manifest.json` in it.
        engine: Version of Penstock to judge with.
        sdk: Version of penstock-sdk to judge with.

    Raises:
        PackageRejected: It cannot be loaded, with the reason.
        ManifestInvalid: Its manifest is wrong.
    """
    manifest = _manifest(folder) if folder.is_dir() else None
    if manifest is None:
        _reject(
            "package.no_manifest",
            f"There is no node.toml and no manifest.json in {folder}.",
            "Name the folder that holds the manifest.",
        )
    check_fit(manifest, engine=engine, sdk=sdk)
    _check_kind(manifest)
    files = _Files(folder)
    lock = f"{manifest.package.version}#sha256:{files.digest()}"
    nodes: list[NodeType] = [
        PackagedNode(manifest, entry, files, _program(manifest, entry, files, lock))
        for entry in manifest.nodes
    ]
    package = Accepted(
        package=manifest.package.id,
        title=manifest.package.title,
        version=manifest.package.version,
        kind=manifest.runtime.kind,
        lock=lock,
        origin=str(folder),
        credentials=manifest.credentials,
        nodes=tuple(node.id for node in nodes),
    )
    return package, nodes


def _manifest(folder: Path) -> Manifest | None:
    for name in (PACKED, AUTHORED):
        path = folder / name
        if path.is_symlink():
            _reject_link(path)
        if path.is_file() and path.stat().st_size > MAX_MANIFEST_BYTES:
            _reject_size()
    return read_manifest(folder)


def check_fit(manifest: Manifest, *, engine: str, sdk: str) -> None:
    """Raise unless the package fits the Penstock it meets.

    Raises:
        PackageRejected: It is made for another version.
    """
    finding = judge(manifest, engine=engine, sdk=sdk)
    if finding is not None:
        raise PackageRejected(finding.code, finding.reason, finding.hint)


def _check_kind(manifest: Manifest) -> None:
    kind = manifest.runtime.kind
    if kind == "native":
        _reject(
            "package.kind",
            "It is native code, and a folder is only loaded into the sandbox.",
            "Install it with pip, or set `runtime.kind` to one that runs in the sandbox.",
        )
    if kind == "http":
        _reject(
            "manifest.kind_not_supported_yet",
            "Declarative packages (kind `http`) cannot be run by this version.",
            "Write the request as a node of kind `python` or `javascript` for now.",
        )


def _program(manifest: Manifest, entry: NodeEntry, files: _Files, lock: str) -> GuestProgram:
    language = _LANGUAGES[manifest.runtime.kind]
    module = manifest.runtime.module
    data = files.read(module)
    # The JavaScript guest calls the main module `index.js`: paths count from its folder.
    root = module.rpartition("/")[0] if language == "javascript" else ""
    return GuestProgram(
        language=language,  # type: ignore[arg-type]  # one of the three values above
        package=manifest.package.id,
        node=entry.name,
        node_type=manifest.node_type(entry),
        version=entry.version,
        module=module,
        source=_text(module, data) if language == "javascript" else "",
        files=files.texts(_SOURCES[language], root),
        wasm=data if language == "component" else b"",
        ports=tuple(port.name for port in entry.outputs),
        per_item=entry.per_item,
        capabilities=manifest.capabilities,
        memory_mb=manifest.runtime.memory_mb,
        timeout_s=manifest.runtime.timeout_s,
        lock=lock,
    )


def _effects(manifest: Manifest, entry: NodeEntry) -> Effects:
    if entry.effects is not None:
        return entry.effects
    return "unsafe" if manifest.capabilities.http else "none"


def _fields(entry: NodeEntry, files: _Files) -> dict[str, Field]:
    try:
        return fields_from(files.schema(entry.config))
    except (TypeError, ValueError, RecursionError) as error:
        message = f"The schema of the parameters of {entry.name!r} cannot be read: {error}"
        hint = "Describe an object: `type`, `properties`, `required`, and `x-ui` hints."
        raise PackageRejected("package.config_invalid", message, hint) from error


def _icons(
    manifest: Manifest, entry: NodeEntry, files: _Files
) -> tuple[IconFile | None, IconFile | None]:
    """For light grounds and for dark ones: the node's own, else its package's."""
    whole = manifest.package.icon
    light, dark = (whole, whole) if isinstance(whole, str) else (whole.light, whole.dark)
    if _PICTURES.get(Path(entry.icon).suffix):
        light = dark = entry.icon
    return _icon(light, files), _icon(dark or light, files)


def _icon(name: str, files: _Files) -> IconFile | None:
    media_type = _PICTURES.get(Path(name).suffix)
    if media_type is None:
        return None
    content = files.read(name)
    if len(content) > MAX_ICON_BYTES:
        _reject(
            "package.icon_too_large",
            f"The icon {name!r} has {len(content):,} bytes.",
            f"Make it smaller than {MAX_ICON_BYTES:,} bytes; an SVG of an icon has some hundred.",
        )
    return IconFile(media_type, content)


def _ports(entry: NodeEntry, files: _Files) -> Ports:
    def port(one: PortEntry, sample: Any = None) -> Port:
        return Port(
            name=one.name,
            title=one.title,
            schema=None if one.schema is None else files.schema(one.schema),
            sample=None if sample is None else files.schema(sample),
            required=one.required,
        )

    inputs = () if entry.kind.startswith("trigger") else entry.inputs
    return Ports(
        inputs=tuple(port(one, one.sample) for one in inputs),
        outputs=tuple(
            port(one, one.sample if index or one.sample is not None else entry.sample)
            for index, one in enumerate(entry.outputs)
        ),
    )


class _Files:
    """The files of one package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contents = {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in _walk(folder)
        }

    def digest(self) -> str:
        """Of all paths and contents; the lengths keep one from running into the next."""
        whole = hashlib.sha256()
        for name, data in sorted(self.contents.items()):
            whole.update(f"{len(name.encode())}:{name}{len(data)}:".encode())
            whole.update(data)
        return whole.hexdigest()

    def read(self, name: str) -> bytes:
        if not is_inside(name) or name not in self.contents:
            _reject(
                "package.file_missing",
                f"The manifest names the file {name!r}, which is not in the package.",
                "Correct the path, relative to the manifest, or add the file.",
            )
        return self.contents[name]

    def texts(self, endings: Sequence[str], root: str) -> dict[str, str]:
        """The files that code may load, by path from a folder; tests are left out."""
        prefix = f"{root}/" if root else ""
        return {
            name.removeprefix(prefix): _text(name, data)
            for name, data in sorted(self.contents.items())
            if name.startswith(prefix)
            and name.endswith(tuple(endings))
            and "tests" not in name.split("/")
        }

    def schema(self, given: str | dict[str, Any]) -> dict[str, Any]:
        """An object that stands in the manifest, or in a file that it names."""
        if not isinstance(given, str):
            return given
        data = self.read(given)
        if len(data) > MAX_SCHEMA_BYTES:
            _reject(
                "package.file_invalid",
                f"The file {given!r} is larger than {MAX_SCHEMA_BYTES >> 10} KB.",
                "Keep schemas and samples small.",
            )
        try:
            return msgspec.json.decode(data, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            message = f"The file {given!r} is no JSON object: {error}"
            raise PackageRejected(
                "package.file_invalid", message, "Correct the file; it must be valid JSON."
            ) from error


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    size = count = 0
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.name.startswith(".") or path.name in _LEFT_OUT:
                continue
            if path.is_symlink():
                _reject_link(path)
            count += 1
            if path.is_dir():
                waiting.append(path)
            elif path.is_file():
                found.append(path)
                size += path.stat().st_size
            else:
                _reject_special(path)
            if count > MAX_FILES or size > MAX_BYTES:
                _reject_size()
    return found


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        message = f"The file {name!r} is not UTF-8: {error}"
        raise PackageRejected("package.file_invalid", message, "Save it as UTF-8.") from error


def _reject_link(path: Path) -> NoReturn:
    _reject(
        "package.link",
        f"{path.name!r} is a link, and a package must hold its files itself.",
        "Replace the link by the file.",
    )


def _reject_special(path: Path) -> NoReturn:
    _reject(
        "package.not_a_file",
        f"{path.name!r} is neither a file nor a folder, and reading it may never end.",
        "Leave it out: a package holds files and folders only.",
    )


def _reject_size() -> NoReturn:
    _reject(
        "package.too_large",
        f"It has more than {MAX_FILES} files and folders or {MAX_BYTES >> 20} MB.",
        "Leave out what the node does not need when it runs.",
    )


def _reject(code: str, message: str, hint: str) -> NoReturn:
    raise PackageRejected(code, message, hint)
