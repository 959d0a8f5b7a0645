"""The schemas of what the API is sent and answers."""

from __future__ import annotations

import msgspec

from penstock_web.http.endpoint import Given
from penstock_web.http.schemas import Schemas


def _answer() -> type[msgspec.Struct]:
    class Waiting(msgspec.Struct):
        pool: str

    return Waiting


class Waiting(Given, frozen=True):
    """What stands in the query has the name of something that is answered."""

    wait: bool = False


def test_a_query_with_the_name_of_an_answer_leaves_the_answer_as_it_is() -> None:
    answered = _answer()
    schemas = Schemas([], [answered])
    found = schemas.parameters(Waiting)
    assert list(found) == ["wait"]
    assert list(schemas.components["Waiting"]["properties"]) == ["pool"]
