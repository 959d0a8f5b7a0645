"""What is wrong with a workflow document, said all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import msgspec

from penstock_sdk import PenstockError

_MAX_COMPARED = 300

Level = Literal["error", "warning"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong with a document."""

    #: Stable, dotted.
    code: str
    #: What is wrong, for a person.
    message: str
    #: What to do about it.
    fix: str = ""
    #: Id of the node at fault; empty where it is not one node's fault.
    node: str = ""
    #: Path within the node's config, or within the document where `node` is empty.
    field: str = ""
    #: A warning does not keep the workflow from running.
    level: Level = "error"

    def __str__(self) -> str:
        """One line: where, what, and the fix."""
        where = ".".join(part for part in (self.node, self.field) if part)
        text = f"{where}: {self.message}" if where else self.message
        return f"{text} ({self.fix})" if self.fix else text


class DocumentInvalid(PenstockError):
    """A workflow document cannot be used as it is.

    Attributes:
        findings: Everything that is wrong with it.
    """

    code: ClassVar[str] = "document.invalid"

    def __init__(self, findings: Sequence[Finding], *, name: str = "") -> None:
        count = len(findings)
        subject = f"The workflow {name!r}" if name else "The workflow"
        errors = [finding for finding in findings if finding.level == "error"]
        first = f": {(errors or findings)[0]}" if findings else ""
        more = f", and {count - 1} more" if count > 1 else ""
        super().__init__(
            f"{subject} is not valid{first}{more}.",
            hint="Run `penstock validate` on the file to see every finding with its fix.",
        )
        self.findings = tuple(findings)


def nearest(word: str, known: Sequence[str]) -> str:
    """A question with the known word that looks most like `word`, or an empty text."""
    # Imported here because it is needed only where something is wrong.
    import difflib  # noqa: PLC0415

    # Comparing takes long, and a document may have thousands of names.
    lowered = {name.lower(): name for name in known[:_MAX_COMPARED]}
    close = difflib.get_close_matches(word[:_MAX_COMPARED].lower(), list(lowered), n=1, cutoff=0.6)
    return f"Did you mean {lowered[close[0]]!r}?" if close else ""


def path_of(parts: Sequence[Any]) -> str:
    """A path as people write it: `assignments[0].name`."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
