from __future__ import annotations

from pathlib import Path

import pytest
from acme_text.case import Case
from acme_text.lookup import Lookup

from penstock_sdk import NodeFailed, RetryLater
from penstock_sdk.testing import (
    Answer,
    Cassette,
    TestContext,
    assert_output_matches_schema,
    items_of,
    run_node,
)

CASSETTES = Path(__file__).parent / "cassettes"


@pytest.mark.parametrize(
    ("to", "expected"),
    [("upper", "HELLO WORLD"), ("lower", "hello world"), ("title", "Hello World")],
)
def test_a_text_changes_its_case(to: str, expected: str) -> None:
    outputs = run_node(Case, {"text": "={{ $json.said }}", "to": to}, [{"said": "hello WORLD"}])

    assert outputs["main"][0].json == {"said": "hello WORLD", "text": expected}
    assert_output_matches_schema(Case, outputs)


def test_what_is_no_text_fails_with_the_item_at_fault() -> None:
    with pytest.raises(NodeFailed) as failed:
        run_node(Case, {"text": "={{ $json.n }}"}, [{"n": "one"}, {"n": 2}])

    assert (failed.value.item, failed.value.field) == (1, "text")


def test_a_word_is_looked_up() -> None:
    cassette = Cassette.load(CASSETTES / "penstock.json")

    outputs = run_node(Lookup, {"word": "penstock"}, http=cassette)

    meaning = "a pipe that carries water to a turbine"
    assert outputs["main"][0].json == {"word": "penstock", "meaning": meaning}


def test_a_word_that_is_not_known_gives_no_item_and_a_line_in_the_log() -> None:
    http = Cassette.answering({"GET https://dictionary.example/words/x%2Fy": Answer(status=404)})
    ctx = TestContext(Lookup, {"word": "x/y"}, items_of([{}]), http=http)

    outputs = run_node(Lookup, context=ctx)

    assert outputs == {}
    assert [line.level for line in ctx.log.lines] == ["warning"]


def test_a_busy_dictionary_is_asked_again_when_it_says() -> None:
    busy = Answer(status=429, headers={"retry-after": "7"})
    http = Cassette.answering({"GET https://dictionary.example/words/a": busy})

    with pytest.raises(RetryLater) as later:
        run_node(Lookup, {"word": "a"}, http=http)

    assert later.value.delay_s == 7
