"""Packages that are installed as Python distributions: found and weighed, never imported.

The rules:

* A package names its top-level module in the entry point group `penstock.plugins`. Deeper names
  are not looked for, because finding `a.b` would import `a`.
* The module must be the one that the distribution installed. A folder of the same name earlier on
  the path is somebody else's code.
* A distribution ships with Penstock when its name is on the list *and* it came the same way: from
  the same checkout, the same commit, the same folder of wheels, or, from an index, in the same
  version into the same place. A stranger may publish a distribution under a free name; its name
  alone proves nothing.
* What cannot even be read is told by name and does not stop the search.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec

from penstock_sdk.manifest import AUTHORED, PACKED, Manifest, parse_manifest

GROUP = "penstock.plugins"
HOST = "penstock"

#: What ships with Penstock.
SHIPPED = frozenset(
    f"penstock-node-{name}"
    for name in ("code", "core", "data", "files", "flow", "http", "mini-n8n", "n8n")
)


class Source(NamedTuple):
    """How a distribution got here."""

    #: `index`, `checkout` (editable), `commit`, `folder` (of sources) or `wheels` (a folder).
    kind: str
    place: str


class Installed(NamedTuple):
    """One entry point of one distribution."""

    distribution: Distribution
    name: str  # normalized
    version: str
    module: str
    source: Source


class Unreadable(NamedTuple):
    """A distribution whose own files cannot be read."""

    name: str
    problem: str


def find(path: Sequence[str]) -> tuple[list[Installed], list[Unreadable]]:
    """Every distribution on the path that says it is a plugin, by name."""
    found: dict[tuple[str, str], Installed] = {}
    broken: list[Unreadable] = []
    for distribution in distributions(path=list(path)):
        try:
            for plugin in _plugins_of(distribution):
                found.setdefault((plugin.name, plugin.module), plugin)
        except Exception as error:  # noqa: BLE001  the files may hold anything
            broken.append(Unreadable(_folder_name(distribution), str(error)))
    return [found[key] for key in sorted(found)], broken


def _plugins_of(distribution: Distribution) -> Iterator[Installed]:
    text = distribution.read_text("entry_points.txt")
    if text is None or GROUP not in text:
        return
    metadata = distribution.metadata
    name, version = normalized(metadata["Name"]), metadata["Version"]
    source = source_of(distribution)
    for point in distribution.entry_points.select(group=GROUP):
        yield Installed(distribution, name, version, point.value, source)


def _folder_name(distribution: Distribution) -> str:
    return Path(str(getattr(distribution, "_path", "a distribution"))).name


def host(path: Sequence[str]) -> Distribution | None:
    """Penstock itself, if it is installed as a distribution."""
    # Found by the beginning of its folder, which is that of `penstock-something` too.
    found = distributions(name=HOST, path=list(path))
    return next((one for one in found if one.metadata["Name"] == HOST), None)


def normalized(name: str) -> str:
    """The form in which names of distributions are compared."""
    words = name.lower().replace("_", "-").replace(".", "-").split("-")
    return "-".join(word for word in words if word)


def folder_of(plugin: Installed) -> Path | None:
    """Where its module is, if it is the one that this distribution installed."""
    try:
        spec = importlib.util.find_spec(plugin.module)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))).resolve()
    return folder if _belongs(plugin, folder) else None


def _belongs(plugin: Installed, folder: Path) -> bool:
    if plugin.source.kind == "checkout":
        return folder.is_relative_to(plugin.source.place)
    expected = Path(str(plugin.distribution.locate_file(plugin.module)))
    return folder == expected.resolve()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in a folder, or None if there is none.

    Raises:
        ManifestInvalid: With every finding at once.
    """
    if (folder / PACKED).is_file():
        return parse_manifest((folder / PACKED).read_bytes(), format="json")
    if (folder / AUTHORED).is_file():
        return parse_manifest((folder / AUTHORED).read_bytes(), format="toml")
    return None


def lock_of(plugin: Installed) -> str:
    """Version and hash of the list of installed files; `dev` for a checkout."""
    record = plugin.distribution.read_text("RECORD")
    if record is None or plugin.source.kind == "checkout":
        return f"{plugin.version}#dev"
    return f"{plugin.version}#sha256:{hashlib.sha256(record.encode()).hexdigest()}"


def ships(plugin: Installed, penstock: Distribution | None) -> bool:
    """Is this one of ours, and from the same installation?"""
    if plugin.name not in SHIPPED or penstock is None:
        return False
    if _site(plugin.distribution) != _site(penstock):
        return False
    theirs, ours = plugin.source, source_of(penstock)
    if ours.kind in ("checkout", "folder"):
        return theirs.kind == ours.kind and Path(theirs.place).is_relative_to(ours.place)
    return theirs == ours


def _site(distribution: Distribution) -> Path:
    return Path(str(distribution.locate_file(""))).resolve()


def source_of(distribution: Distribution) -> Source:
    """Read from what pip wrote down about it."""
    text = distribution.read_text("direct_url.json")
    if not text:
        return Source("index", distribution.metadata["Version"])
    origin: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    url = str(origin.get("url", ""))
    if "vcs_info" in origin:
        return Source("commit", f"{url}@{origin['vcs_info'].get('commit_id')}")
    place = Path(unquote(urlsplit(url).path)).resolve()
    if origin.get("dir_info", {}).get("editable"):
        return Source("checkout", str(place))
    if "archive_info" in origin:
        return Source("wheels", str(place.parent))
    return Source("folder", str(place))
