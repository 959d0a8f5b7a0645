"""Typed inputs, named results, and what the server will host."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from penstock_node_flow.hosted import Chat, FormPage, Respond, Webhook
from penstock_node_flow.typed import Input, NamedResult
from penstock_sdk import Item, NodeFailed, Wait
from penstock_sdk.testing import TestContext, run_node

FIELDS = [
    {"name": "who", "type": "string", "required": True},
    {"name": "times", "type": "number", "default": 1},
    {"name": "size", "type": "options", "choices": "small, large"},
    {"name": "when", "type": "date"},
    {"name": "at", "type": "time"},
]


def typed(given: dict[str, Any]) -> dict[str, Any]:
    return run_node(Input, {"values": FIELDS}, [given])["main"][0].json


def test_values_get_their_types_and_what_is_not_named_is_left_out() -> None:
    found = typed({"who": "Ada", "times": "3", "size": "large", "when": "2026-03-02", "other": 1})

    assert found == {
        "who": "Ada",
        "times": 3,
        "size": "large",
        "when": "2026-03-02T00:00:00+00:00",
        "at": None,
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({}, "who", id="missing"),
        pytest.param({"who": "Ada", "times": "often"}, "times", id="no-number"),
        pytest.param({"who": "Ada", "size": "huge"}, "size", id="not-among-the-choices"),
        pytest.param({"who": "Ada", "when": "soon"}, "when", id="no-date"),
        pytest.param({"who": "Ada", "at": "noon"}, "at", id="no-time"),
    ],
)
def test_a_value_that_does_not_fit_names_the_field_and_the_item(
    given: dict[str, Any], field: str
) -> None:
    with pytest.raises(NodeFailed) as caught:
        typed(given)
    assert caught.value.field == field
    assert caught.value.item == 0


def test_the_output_of_a_form_has_the_types_of_its_fields() -> None:
    (port,) = Input().ports({"values": FIELDS}).outputs

    assert port.schema is not None
    assert port.schema["properties"]["times"] == {"type": ["number", "null"]}
    assert port.sample is not None
    assert port.sample["who"] == "text"


def test_a_result_keeps_the_chosen_fields_under_their_names() -> None:
    config = {"fields": [{"from": "a.b", "name": "c"}, {"from": "missing"}]}

    found = run_node(NamedResult, config, [{"a": {"b": 1}, "secret": 2}])["main"][0].json

    assert found == {"c": 1}


def test_a_request_is_one_item() -> None:
    request = {"headers": {"a": "1"}, "params": {}, "query": {}, "body": {"n": 1}, "extra": True}

    event = asyncio.run(Webhook().on_request(TestContext(Webhook, {}, []), request))

    assert event is not None
    assert [item.json for item in event.items] == [
        {"headers": {"a": "1"}, "params": {}, "query": {}, "body": {"n": 1}}
    ]


def test_a_chat_message_is_the_body_of_its_request() -> None:
    body = {"sessionId": "a", "chatInput": "Hello"}

    event = asyncio.run(Chat().on_request(TestContext(Chat, {}, []), {"body": body}))

    assert event is not None
    assert event.items[0].json == body


def test_a_reply_passes_its_items_on() -> None:
    items = [{"n": 1}, {"n": 2}]

    found = run_node(Respond, {"reply": "all"}, items)["main"]

    assert [item.json for item in found] == items


def test_a_page_waits_for_whoever_sends_it() -> None:
    fields = [{"label": "Name"}]
    config = {"kind": "page", "title": "More", "fields": fields}
    page = FormPage().run(TestContext(FormPage, config, [Item({})]), [Item({})])

    assert isinstance(page, Wait)
    assert page.kind == "form"
    assert page.shows["title"] == "More"
    assert [one["label"] for one in page.shows["fields"]] == ["Name"]
