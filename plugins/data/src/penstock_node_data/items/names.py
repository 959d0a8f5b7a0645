"""Lists of field names, as people write them: with commas, or as a list."""

from __future__ import annotations

from typing import Any

from penstock_sdk import Context, NodeFailed
from penstock_sdk.loose import rows

_MAX_NAMES = 1_000


def names_in(value: Any, field: str = "") -> list[str]:
    """The names; empty ones and spaces around them are left out.

    Raises:
        NodeFailed: There are too many.
    """
    if isinstance(value, list):
        found = [str(name) for name in rows(value)]
    else:
        found = [name.strip() for name in str(value or "").split(",")]
    found = [name for name in found if name]
    if len(found) > _MAX_NAMES:
        raise NodeFailed(
            f"{len(found):,} fields are named, and {_MAX_NAMES:,} are the most",
            hint="Name fewer fields, or choose all fields except some.",
            field=field,
        )
    return found


def required_names(ctx: Context, field: str, purpose: str) -> list[str]:
    """The names in a parameter that must hold some.

    Args:
        ctx: The step.
        field: Name of the parameter.
        purpose: What the fields are for, to end the sentence: `to compare`.

    Raises:
        NodeFailed: There are none.
    """
    found = names_in(ctx.param(field), field)
    if not found:
        raise NodeFailed(
            f"No field {purpose} is named",
            hint="Name one or several, with commas between them.",
            field=field,
        )
    return found
