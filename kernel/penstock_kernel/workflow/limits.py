"""How large a document may be, so that one document cannot take the host along."""

from __future__ import annotations

from itertools import accumulate

from penstock_kernel.workflow.findings import Finding

MAX_BYTES = 20_000_000
MAX_DEPTH = 100  # brackets within brackets
MAX_NODES = 5_000
MAX_EDGES = 20_000

#: As signed bytes: one level more, one level less.
_STEPS = bytes.maketrans(b"{[}]", b"\x01\x01\xff\xff")
_AT_ONCE = 1 << 16
_NO_BRACKET = bytes(set(range(256)) - set(b"{}[]"))


def size_finding(raw: bytes) -> Finding | None:
    """A finding where the text is too long."""
    if len(raw) <= MAX_BYTES:
        return None
    return Finding(
        code="document.too_large",
        message=f"The document has {len(raw):,} bytes; {MAX_BYTES:,} are allowed",
        fix="Keep large data outside: in a table, a file or a fixture of another workflow.",
    )


def limit_findings(raw: bytes, nodes: int, edges: int) -> list[Finding]:
    """Findings where a document of the right shape is larger or deeper than allowed."""
    counts = (("nodes", nodes, MAX_NODES), ("edges", edges, MAX_EDGES))
    found = [_too_many(*count) for count in counts if count[1] > count[2]]
    if _is_deep(raw):
        found.append(
            Finding(
                code="document.too_deep",
                message=f"Values are nested deeper than {MAX_DEPTH} levels",
                fix="Flatten the value.",
            )
        )
    return found


def _too_many(what: str, count: int, limit: int) -> Finding:
    return Finding(
        code=f"document.too_many_{what}",
        message=f"The document has {count:,} {what}; {limit:,} are allowed",
        fix="Move parts of it into sub-workflows.",
        field=what,
    )


def _is_deep(raw: bytes) -> bool:
    """Are there more than `MAX_DEPTH` brackets open at once, outside of strings?"""
    texts = raw.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
    steps = memoryview(b"".join(texts[::2]).translate(_STEPS, _NO_BRACKET)).cast("b")
    depth = 0
    for start in range(0, len(steps), _AT_ONCE):
        depths = list(accumulate(steps[start : start + _AT_ONCE], initial=depth))
        if max(depths) > MAX_DEPTH:
            return True
        depth = depths[-1]
    return False
