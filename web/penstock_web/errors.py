"""What the faces refuse by themselves."""

from __future__ import annotations

from typing import ClassVar

from penstock_sdk import PenstockError


class CommandRefused(PenstockError):
    """What was asked for on the command line cannot be done."""

    code: ClassVar[str] = "command.refused"
