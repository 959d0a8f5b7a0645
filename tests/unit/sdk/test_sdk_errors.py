from __future__ import annotations

import pickle

import pytest

from penstock_sdk import NodeFailed, PenstockError, RetryLater
from penstock_sdk._struct import Struct

ERRORS = [
    pytest.param(PenstockError("broken", hint="fix it"), id="base"),
    pytest.param(NodeFailed("no", hint="h", item=3, field="url", data={"a": 1}), id="failed"),
    pytest.param(RetryLater("later", delay_s=2.5, item=1), id="retry"),
]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_comes_back_from_another_process_as_it_went(error: PenstockError) -> None:
    back = pickle.loads(pickle.dumps(error))

    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


def test_whoever_waits_for_a_failure_also_sees_a_retry() -> None:
    with pytest.raises(NodeFailed):
        raise RetryLater("later", delay_s=1)


class Point(Struct, frozen=True):
    """As items are in the Python guest."""

    x: int
    y: int = 0


def test_the_guest_s_struct_takes_fields_by_place_and_by_name() -> None:
    assert Point(1, y=2) == Point(x=1, y=2)
    assert Point(1) == Point(1, 0)
    assert Point(1) != Point(2)
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"


def test_the_guest_s_struct_misses_a_field_without_default() -> None:
    with pytest.raises(TypeError, match="lacks the argument 'x'"):
        Point(y=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
