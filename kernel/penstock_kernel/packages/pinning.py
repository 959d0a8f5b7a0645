"""What a published version was made with, and whether that is still what is installed.

The rules:

* A version keeps version and hash of each package that its nodes come from.
* Code of strangers that has changed since is not run in its name: publishing again says yes to it.
  What ships with Penstock may change; its nodes keep what older versions of them did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from penstock_kernel.packages.catalog import Accepted, NodeType
from penstock_sdk import PenstockError


class PackageChanged(PenstockError):
    """A package is not the one any more that a version was published with."""

    code: ClassVar[str] = "package.changed"


def pins(types: Iterable[NodeType | None], installed: Sequence[Accepted]) -> dict[str, str]:
    """The packages that nodes come from, with version and hash."""
    lock = {one.package: one.lock for one in installed}
    used = {kind.package for kind in types if kind is not None}
    return {name: lock[name] for name in sorted(used) if name in lock}


def check_pins(pinned: Mapping[str, str], installed: Sequence[Accepted]) -> None:
    """Go on only where every package of strangers is the one that was published with.

    Raises:
        PackageChanged: One is another one, or is gone.
    """
    here = {one.package: one for one in installed}
    for name, lock in pinned.items():
        now = here.get(name)
        if now is not None and (now.kind == "native" or now.lock == lock):
            continue
        is_gone = "is not installed any more" if now is None else f"is {now.lock} now"
        raise PackageChanged(
            f"This version was published with {name} {lock}, which {is_gone}.",
            hint="Install that again, or look at the workflow and publish it anew.",
        )
