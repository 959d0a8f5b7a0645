"""How endpoints are described, and that what is described as refused is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from penstock_kernel.store.sql.workflows import WorkflowMissing
from penstock_web.http.docs import page
from penstock_web.http.endpoint import Call, Endpoint, Given, Page, Paged, Reply, endpoint
from penstock_web.http.openapi import openapi
from penstock_web.http.problem import BadRequest
from penstock_web.http.reading import Reader


class OnePet(Given, frozen=True):
    """Which pet."""

    number: int


class Wanted(Paged, frozen=True):
    """Which pets."""

    age: int | None = None
    name: str | None = None
    tags: Sequence[str] = ()


class Sent(Given, frozen=True):
    """A pet to be kept."""

    name: str
    age: int = 0
    more: Any = None


class Optional(Given, frozen=True):
    """How to do it."""

    fast: bool = False


class Pet(msgspec.Struct, frozen=True, kw_only=True):
    """A pet."""

    id: str
    age: int = 0
    place: tuple[str, str] | None = None
    note: str | msgspec.UnsetType = msgspec.UNSET


@endpoint("GET", "/pets", needs="pet:read")
async def list_pets(call: Call, query: Wanted) -> Page[Pet]:
    """The pets."""
    raise NotImplementedError


@endpoint("PUT", "/pets/{number:int}", needs="pet:write")
async def save_pet(call: Call, path: OnePet, body: Sent) -> Reply[Pet]:
    """Keep a pet. `If-Match` names the state.

    Raises:
        WorkflowMissing: It is not there,
            or not any more.
    """
    raise NotImplementedError


@endpoint("POST", "/pets", needs="pet:write", secret=True, status=202, also=[200])
async def add_pet(call: Call, body: Optional) -> Reply[Pet]:
    """Add one."""
    raise NotImplementedError


@endpoint("GET", "/pets/elsewhere", public=True, status=303, produces="text/html")
async def go_elsewhere(call: Call) -> RedirectResponse:
    """Go."""
    raise NotImplementedError


@endpoint("POST", "/pets/picture", needs="pet:write", consumes="image/*", produces="image/png")
async def draw(call: Call) -> Response:
    """Draw."""
    raise NotImplementedError


ENDPOINTS = [list_pets, save_pet, add_pet, go_elsewhere, draw]
DOCUMENT = openapi(ENDPOINTS)
SCHEMAS = DOCUMENT["components"]["schemas"]


def shown(path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][f"/api/v1{path}"][method]
    return found


def parameter(one: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in one["parameters"] if each["name"] == name)
    return found


def test_a_field_is_described_by_its_comment_even_where_it_was_inherited() -> None:
    cursor = parameter(shown("/pets", "get"), "cursor")

    assert cursor["description"] == "`next_cursor` of the page before."


def test_what_stands_in_an_address_is_no_type_of_its_own() -> None:
    assert set(SCHEMAS) == {"Optional", "Pet", "PetPage", "Problem", "Sent"}


def test_what_may_be_left_out_of_a_query_cannot_be_null() -> None:
    age = parameter(shown("/pets", "get"), "age")

    assert age["schema"] == {"type": "integer", "format": "int64"}
    assert age["required"] is False


def test_what_is_answered_has_all_its_fields_and_what_is_sent_only_those_needed() -> None:
    assert SCHEMAS["Pet"]["required"] == ["id", "age", "place"]
    assert SCHEMAS["Sent"]["required"] == ["name"]


def test_a_row_of_a_fixed_length_is_a_list_of_that_length() -> None:
    row = SCHEMAS["Pet"]["properties"]["place"]["anyOf"][0]

    assert row == {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}


def test_errors_that_are_declared_are_described_by_their_status_and_code() -> None:
    answers = shown("/pets/{number}", "put")["responses"]

    assert set(answers) == {"200", "401", "403", "404", "default"}
    code = WorkflowMissing.code
    assert answers["404"]["description"] == f"`{code}`: It is not there, or not any more."


def test_a_state_is_taken_and_answered_where_the_endpoint_says_so() -> None:
    one = shown("/pets/{number}", "put")

    assert parameter(one, "If-Match")["in"] == "header"
    assert "ETag" in one["responses"]["200"]["headers"]


def test_an_answer_with_a_secret_takes_no_key_and_may_have_another_status() -> None:
    one = shown("/pets", "post")

    assert "Idempotency-Key" not in {each["name"] for each in one["parameters"]}
    assert one["responses"]["200"] == one["responses"]["202"]


def test_a_body_without_fields_that_are_needed_may_be_left_out() -> None:
    assert shown("/pets", "post")["requestBody"]["required"] is False
    assert shown("/pets/{number}", "put")["requestBody"]["required"] is True


def test_what_is_no_json_has_its_media_types() -> None:
    one = shown("/pets/picture", "post")

    assert list(one["requestBody"]["content"]) == ["image/*"]
    assert list(one["responses"]["200"]["content"]) == ["image/png"]


def test_what_leads_elsewhere_says_where_and_nothing_else() -> None:
    answer = shown("/pets/elsewhere", "get")["responses"]["303"]

    assert "Location" in answer["headers"]
    assert "content" not in answer


def test_a_tag_is_described_by_the_module_of_its_endpoints() -> None:
    (tag,) = DOCUMENT["tags"]

    assert tag["name"] == "pets"
    assert tag["description"].startswith("How endpoints are described")


def test_the_page_shows_what_is_described_and_runs_nothing() -> None:
    text = page(DOCUMENT)

    assert "<code>workflow.missing</code>: It is not there, or not any more." in text
    assert "<code>next_cursor</code> of the page before." in text
    assert "<script" not in text


def request(query: str = "", body: bytes = b"", **places: str) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": "PUT",
        "path": "/",
        "query_string": query.encode(),
        "headers": [],
        "path_params": places,
    }
    return Request(scope, receive)


HUGE = b'{"name": "x", "age": 9223372036854775808}'


@pytest.mark.parametrize(
    ("one", "given", "field"),
    [
        pytest.param(list_pets, request("age=9223372036854775808"), "query.age", id="query"),
        pytest.param(list_pets, request("age=null"), "query.age", id="null-in-a-query"),
        pytest.param(save_pet, request(number="-9223372036854775809"), "path.number", id="address"),
        pytest.param(save_pet, request(body=HUGE, number="1"), "body.age", id="body"),
        pytest.param(list_pets, request("age=1&age=2"), "", id="twice"),
        pytest.param(list_pets, request("nonsense=1"), "query", id="unknown"),
    ],
)
async def test_what_is_described_as_refused_is_refused(
    one: Endpoint, given: Request, field: str
) -> None:
    with pytest.raises(BadRequest) as error:
        await Reader(one).read(given)

    assert getattr(error.value, "field", "") == field


async def test_the_largest_number_a_text_null_and_free_json_are_taken() -> None:
    asked, _ = await Reader(list_pets).read(request("age=9223372036854775807&name=null"))
    free = b'{"name": "x", "more": {"n": 10000000000000000000000}}'
    sent, _ = await Reader(save_pet).read(request(body=free, number="1"))

    assert (asked["query"].age, asked["query"].name) == (2**63 - 1, "null")
    assert sent["body"].more == {"n": 10**22}
