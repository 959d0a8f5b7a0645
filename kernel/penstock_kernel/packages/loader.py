"""Load node packages, in an order that keeps the host in charge.

The rules, in the order they are applied:

* A package is judged by its manifest, which is read as data. Code of a package that does not fit
  is never imported.
* A native package that does not ship with Penstock is loaded only when the operator named its
  distribution in `PENSTOCK_NATIVE_PLUGINS`, because native code may do everything.
* The name `penstock/…` belongs to what ships, and a package names its node types after itself.
* A name belongs to the first package that claims it: what ships, then what the operator named, in
  that order, then folders. A later one is rejected whole, so installing a package cannot change
  what a saved workflow runs.
* One broken package never stops the others, nor the host, whatever it raises on import or in its
  hooks, `SystemExit` included.
* Every rejection says what has to change.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from penstock_kernel.packages.catalog import (
    Accepted,
    Catalog,
    NativeNode,
    NodeType,
    PackageRejected,
)
from penstock_kernel.packages.packages import check_fit, load_folder
from penstock_registry import installed
from penstock_registry.compat import same_version
from penstock_registry.installed import Installed
from penstock_sdk.hooks import PROJECT, Hooks
from penstock_sdk.manifest import Manifest, ManifestInvalid
from penstock_sdk.node import Node

NATIVE_PLUGINS = "PENSTOCK_NATIVE_PLUGINS"


class Plugins(Catalog):
    """What was loaded and what was not, and the hooks of what was."""

    def __init__(self) -> None:
        super().__init__()
        # One per kernel, never one per process.
        self.manager = pluggy.PluginManager(PROJECT)
        self.manager.add_hookspecs(Hooks)

    def collect(self, hook: str) -> list[tuple[str, Any]]:
        """What the packages answer to a hook, with the name of each one's distribution.

        A package that raises is added to the rejected ones and its answer is left out.
        """
        answers: list[tuple[str, Any]] = []
        for name, module in self.manager.list_name_plugin():
            try:
                answers += [(name, one) for one in self.ask(module, hook)]
            except PackageRejected as error:
                self.rejected.append(error.rejection(name))
        return answers

    def ask(self, module: object, hook: str) -> list[Any]:
        """What one package answers to a hook, as one list.

        Raises:
            PackageRejected: Its code raised, or its answer is no list.
        """
        # A hook call ends at the first exception and all answers are lost: ask one by one.
        others = [other for other in self.manager.get_plugins() if other is not module]
        caller = self.manager.subset_hook_caller(hook, others)
        try:
            return [one for answer in caller() for one in answer]
        except (Exception, SystemExit) as error:
            raise PackageRejected(
                "package.hook_failed",
                f"Its hook `{hook}` raised {_told(error)}.",
                "Let the hook return a list and do nothing else; it must not do I/O.",
            ) from error


def load_plugins(
    *,
    native: Sequence[str] | None = None,
    folders: Sequence[Path] = (),
    path: Sequence[str] | None = None,
    engine: str | None = None,
    sdk: str | None = None,
) -> Plugins:
    """Find, judge and load every package.

    Args:
        native: Distributions the operator trusts; by default from `PENSTOCK_NATIVE_PLUGINS`.
        folders: Folders with sandboxed packages.
        path: Where distributions are looked for; `sys.path` by default.
        engine: Version of Penstock to judge with; the installed one by default.
        sdk: Version of penstock-sdk to judge with; the installed one by default.
    """
    loader = _Loader(
        native=_named_by_the_operator() if native is None else native,
        engine=engine or version("penstock"),
        sdk=sdk or version("penstock-sdk"),
    )
    loader.load_installed(sys.path if path is None else path)
    for folder in folders:
        loader.load_folder(folder)
    return loader.plugins


def _named_by_the_operator() -> list[str]:
    names = os.environ.get(NATIVE_PLUGINS, "").split(",")
    return [name.strip() for name in names if name.strip()]


class _Loader:
    """One run through all packages."""

    def __init__(self, *, native: Sequence[str], engine: str, sdk: str) -> None:
        self.plugins = Plugins()
        self.native = [installed.normalized(name) for name in native]
        self.engine, self.sdk = engine, sdk

    def load_installed(self, path: Sequence[str]) -> None:
        found, broken = installed.find(path)
        for name, problem in broken:
            self.plugins.rejected.append(_unreadable(problem).rejection(name))
        penstock = installed.host(path) if found else None
        # By distribution, not by name: a second one of the same name may lie further down the path.
        shipped = {plugin for plugin in found if installed.ships(plugin, penstock)}
        order = {name: place for place, name in enumerate(self.native)}
        found.sort(key=lambda one: (one not in shipped, order.get(one.name, len(order))))
        for plugin in found:
            load = partial(self.load_one, plugin, ships=plugin in shipped)
            self.guard(plugin.name, load)

    def load_folder(self, folder: Path) -> None:
        def load() -> None:
            package, nodes = load_folder(folder, engine=self.engine, sdk=self.sdk)
            _check_namespace(package.package, ships=False)
            self.plugins.add(package, nodes)

        self.guard(str(folder), load)

    def guard(self, package: str, load: Callable[[], None]) -> None:
        """Turn whatever is wrong with one package into its rejection."""
        try:
            load()
        except PackageRejected as error:
            self.plugins.rejected.append(error.rejection(package))
        except ManifestInvalid as error:
            rejected = PackageRejected(error.code, error.message, error.hint)
            self.plugins.rejected.append(rejected.rejection(package))
        except Exception as error:  # noqa: BLE001  its files may hold anything
            self.plugins.rejected.append(_unreadable(_told(error)).rejection(package))

    def load_one(self, plugin: Installed, *, ships: bool) -> None:
        manifest = _manifest_of(plugin)
        check_fit(manifest, engine=self.engine, sdk=self.sdk)
        _check_kind(manifest)
        _check_version(plugin, manifest)
        _check_namespace(manifest.package.id, ships=ships)
        self.check_trust(plugin, ships=ships)
        module = _imported(plugin)
        try:
            self.take_in(plugin, manifest, module, ships=ships)
        except PackageRejected:
            if self.plugins.manager.is_registered(module):
                self.plugins.manager.unregister(module)
            raise

    def check_trust(self, plugin: Installed, *, ships: bool) -> None:
        if ships or plugin.name in self.native:
            return
        line = ",".join([*self.native, plugin.name])
        raise PackageRejected(
            "package.not_trusted",
            "It is native code that does not ship with Penstock, and nobody vouched for it.",
            f"If you trust it with everything Penstock may do, set {NATIVE_PLUGINS}={line}",
        )

    def take_in(
        self, plugin: Installed, manifest: Manifest, module: ModuleType, *, ships: bool
    ) -> None:
        _register(self.plugins.manager, plugin.name, module)
        answer = self.plugins.ask(module, "register_nodes")
        nodes = [_native(node, manifest.package.id) for node in answer]
        package = Accepted(
            package=manifest.package.id,
            title=manifest.package.title,
            version=manifest.package.version,
            kind="native",
            lock=installed.lock_of(plugin),
            origin=plugin.name,
            ships=ships,
            nodes=tuple(node.id for node in nodes),
            credentials=manifest.credentials,
        )
        self.plugins.add(package, nodes)


def _manifest_of(plugin: Installed) -> Manifest:
    if "." in plugin.module or ":" in plugin.module:
        raise PackageRejected(
            "package.entry_point",
            f"Its entry point {plugin.module!r} is no top-level package.",
            'Name the package itself, as in `weather = "acme_weather"`.',
        )
    folder = installed.folder_of(plugin)
    if folder is None:
        raise PackageRejected(
            "package.shadowed",
            f"The package {plugin.module!r} that it installed is not the one Python would import.",
            "Reinstall it, or remove what has the same name earlier on the path.",
        )
    manifest = installed.read_manifest(folder)
    if manifest is None:
        raise PackageRejected(
            "package.no_manifest",
            f"There is no manifest.json in {plugin.module!r}.",
            "Put one beside `__init__.py`, and let the build include it.",
        )
    return manifest


def _check_kind(manifest: Manifest) -> None:
    if manifest.runtime.kind != "native":
        raise PackageRejected(
            "package.kind",
            f"It is of kind {manifest.runtime.kind!r}, and what pip installs runs as native code.",
            'Load its folder with `--package`, or set `runtime.kind` to "native".',
        )


def _check_version(plugin: Installed, manifest: Manifest) -> None:
    # What pip wrote down about a checkout is as old as its installation.
    if plugin.source.kind == "checkout" or same_version(manifest.package.version, plugin.version):
        return
    raise PackageRejected(
        "package.version_mismatch",
        f"Its manifest says version {manifest.package.version}, and pip {plugin.version}.",
        "Write the same version in `package.version` and in pyproject.toml, and build it again.",
    )


def _check_namespace(package: str, *, ships: bool) -> None:
    if package.startswith("penstock/") and not ships:
        raise PackageRejected(
            "package.reserved_name",
            f"It calls itself {package}, and names under `penstock/` belong to what ships.",
            "Use your own publisher name in `package.id`.",
        )


def _imported(plugin: Installed) -> ModuleType:
    try:
        return importlib.import_module(plugin.module)
    except (Exception, SystemExit) as error:
        # A package may do anything on import, sys.exit() too; it must not take the host along.
        raise PackageRejected(
            "package.import_failed",
            f"Importing {plugin.module!r} raised {_told(error)}.",
            "Let the import of the package only define things, and declare what it depends on.",
        ) from error


def _register(manager: pluggy.PluginManager, name: str, module: ModuleType) -> None:
    try:
        manager.register(module, name=name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        raise PackageRejected(
            "package.hook_unknown",
            f"Its hooks do not fit: {error}",
            "Compare the names and arguments of its hooks with docs/hooks.md.",
        ) from error


def _native(node: Any, package: str) -> NodeType:
    if not isinstance(node, type) or not issubclass(node, Node):
        raise PackageRejected(
            "package.not_a_node",
            f"`register_nodes` returned {node!r}, which is no subclass of Node.",
            "Return a list of classes derived from penstock_sdk.Node or Trigger.",
        )
    try:
        _check_identity(node)
        return NativeNode(node, package)
    except (Exception, SystemExit) as error:
        raise PackageRejected(
            "package.node_invalid",
            f"The class {node.__name__} cannot be used: {_told(error)}.",
            "Check its `id`, its fields and its constructor, which takes no arguments.",
        ) from error


def _check_identity(node: Any) -> None:
    for name, kind in (("id", str), ("version", int)):
        value = getattr(node, name)
        if not isinstance(value, kind):
            message = f"its `{name}` is {value!r}"
            raise TypeError(message)


def _unreadable(problem: str) -> PackageRejected:
    return PackageRejected(
        "package.unreadable",
        f"Its files cannot be read: {problem}.",
        "Install it again, or remove it.",
    )


def _told(error: BaseException) -> str:
    text = str(error).rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
