"""What every edit of a document has, and what is told of one that cannot be made."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from penstock_sdk import PenstockError


class EditRefused(PenstockError):
    """An edit cannot be made in this document.

    Attributes:
        field: Which one, as `edits[3]`.
    """

    code: ClassVar[str] = "draft.edit_refused"

    def __init__(self, message: str, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field

    def __reduce__(self) -> tuple[type[EditRefused], tuple[str, str, str]]:
        return type(self), (self.message, self.hint, self.field)


class Edit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="op"):
    """Base of everything that can be done with a document."""
