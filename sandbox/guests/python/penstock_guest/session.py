"""One call: read the header, run what it asks for, answer with chunks or with an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from componentize_py_types import Err

from penstock_guest import failure, packages, prelude, program


def run(header: str) -> None:
    """Do one call.

    Raises:
        Err: The person's exception, as JSON.
    """
    place = failure.Place()
    try:
        facts: dict[str, Any] = json.loads(header)
        prelude.begin(facts.get("ctx", {}).get("seed"))
        try:
            _KINDS[facts["kind"]](facts, place)
        finally:
            prelude.finish()
    except BaseException as error:  # noqa: BLE001  SystemExit and KeyboardInterrupt are theirs too
        raise Err(failure.describe(error, item=place.item)) from None


_KINDS: dict[str, Callable[[dict[str, Any], failure.Place], None]] = {
    "code": program.run_code,
    "compile": program.check_source,
    "node": packages.run_node,
    "options": packages.list_options,
}
