"""Does a package fit the Penstock it meets?

A pre-release of Penstock counts as the release it leads to: 2.0.0.dev1 and 2.0.0rc1 are judged as
2.0.0, so that authors can try out what is coming and nobody relies on `<2` letting it in.
"""

from __future__ import annotations

from typing import NamedTuple

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from penstock_sdk.manifest import Manifest

#: Versions of the interface between host and guests that this Penstock speaks.
NODE_APIS = frozenset({1})


class Finding(NamedTuple):
    """Why a package does not fit, and what to do."""

    code: str
    reason: str
    hint: str


def judge(manifest: Manifest, *, engine: str, sdk: str) -> Finding | None:
    """The first reason why this package cannot be loaded here, or None.

    Args:
        manifest: Of the package.
        engine: Version of Penstock.
        sdk: Version of penstock-sdk.
    """
    engines = manifest.engines
    if not fits(engine, engines.penstock):
        return _misfit("penstock", "Penstock", engines.penstock, engine)
    if not fits(sdk, engines.sdk):
        return _misfit("sdk", "penstock-sdk", engines.sdk, sdk)
    if engines.node_api not in NODE_APIS:
        known = ", ".join(str(number) for number in sorted(NODE_APIS))
        return Finding(
            "package.node_api",
            f"It speaks version {engines.node_api} of the node interface; this one speaks {known}.",
            f"Set `engines.node_api = {max(NODE_APIS)}`, or use a newer Penstock.",
        )
    return None


def fits(version: str, specifier: str) -> bool:
    """Is a version of ours within a range?"""
    return SpecifierSet(specifier).contains(Version(version).base_version)


def same_version(one: str, other: str) -> bool:
    """Are a semantic version and one of Python's the same? `1.4.0-beta.1` is `1.4.0b1`."""
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def _misfit(key: str, what: str, wanted: str, have: str) -> Finding:
    return Finding(
        f"package.{key}_range",
        f"It is made for {what} {wanted}; this is {have}.",
        f"Install a version of the package for {what} {have}, or test it with this one and widen "
        f"`engines.{key}` in its manifest.",
    )
