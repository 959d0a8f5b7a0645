"""Pagination of the HTTP request node, with its expressions run in the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

PAGES = {"1": ["a", "b"], "2": ["c"], "3": []}


def in_pages(lab: Any) -> Any:
    """An API that counts its pages from 1 and ends with an empty one."""

    def answer(seen: Any) -> Any:
        page = dict(seen.query).get("page", "1")
        return lab.Reply.json([{"id": id_} for id_ in PAGES[page]])

    return answer


def linked(lab: Any, count: int) -> Any:
    """An API whose pages name the next one, the last one none."""

    def answer(seen: Any) -> Any:
        n = int(dict(seen.query).get("n", 1))
        following = f"/list?n={n + 1}" if n < count else None
        return lab.Reply.json({"n": n, "next": following, "size": 5})

    return answer


def by_number(**more: Any) -> dict[str, Any]:
    row = {"place": "query", "name": "page", "value": "={{ $pageCount + 1 }}"}
    return {"mode": "parameters", "parameters": [row], **more}


async def test_parameters_change_until_a_page_is_empty(lab: Any) -> None:
    lab.api.on("/", in_pages(lab))

    found = await lab.json({"pagination": by_number()})

    assert [item["id"] for item in found] == ["a", "b", "c"]
    assert [dict(seen.query).get("page") for seen in lab.api.seen] == [None, "2", "3"]


async def test_an_object_with_an_empty_list_is_the_last_page(lab: Any) -> None:
    full, empty = lab.Reply.json({"items": [1], "page": 1}), lab.Reply.json({"items": []})
    lab.api.on("/", full, empty)

    await lab.json({"pagination": by_number()})

    assert len(lab.api.seen) == 2


async def test_the_next_url_may_be_relative_and_ends_with_nothing(lab: Any) -> None:
    lab.api.on("/list", linked(lab, 3))
    pagination = {"mode": "next_url", "next_url": "={{ $response.body.next }}"}

    found = await lab.json({"url": lab.api.url("/list"), "pagination": pagination})

    assert [item["n"] for item in found] == [1, 2, 3]
    assert [seen.target for seen in lab.api.seen] == ["/list", "/list?n=2", "/list?n=3"]


async def test_the_next_url_may_be_a_template_with_text_around(lab: Any) -> None:
    lab.api.on("/list", linked(lab, 3))
    pagination = {
        "mode": "next_url",
        "next_url": "=" + lab.api.url("/list?n={{ $response.body.n + 1 }}&s={{ ({a: '}}'}).b }}"),
        "complete_when": "expression",
        "complete_expression": "={{ $response.body.n === 3 }}",
    }

    await lab.json({"url": lab.api.url("/list"), "pagination": pagination})

    assert [seen.target for seen in lab.api.seen] == ["/list", "/list?n=2&s=", "/list?n=3&s="]


@pytest.mark.parametrize(
    ("place", "read"),
    [
        pytest.param("query", lambda seen: dict(seen.query).get("cursor"), id="query"),
        pytest.param("header", lambda seen: seen.header("cursor"), id="header"),
        pytest.param("body", lambda seen: seen.body, id="body"),
    ],
)
async def test_a_cursor_may_go_into_each_place(lab: Any, place: str, read: Any) -> None:
    pages = [lab.Reply.json({"c": "x&y", "l": [1]}), lab.Reply.json({"c": None, "l": []})]
    lab.api.on("/", *pages)
    row = {"place": place, "name": "cursor", "value": "={{ $response.body.c }}"}
    pagination = {"mode": "parameters", "parameters": [row]}
    config = {"method": "POST", "body": "json", "json_body": {"q": 1}, "pagination": pagination}

    await lab.json(config)

    first, second = (read(seen) for seen in lab.api.seen)
    expected = (b'{"q":1}', b'{"q":1,"cursor":"x&y"}') if place == "body" else (None, "x&y")
    assert (first, second) == expected


async def test_a_cursor_replaces_a_field_of_a_form(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json({"l": [1]}), lab.Reply.json({"l": []}))
    row = {"place": "body", "name": "p", "value": "={{ $pageCount }}"}
    fields = [{"name": "p", "value": "0"}, {"name": "t", "value": "a"}, {"name": "t", "value": "b"}]
    config = {"method": "POST", "body": "form", "form_fields": fields}

    await lab.json({**config, "pagination": {"mode": "parameters", "parameters": [row]}})

    assert [seen.body for seen in lab.api.seen] == [b"p=0&t=a&t=b", b"t=a&t=b&p=1"]


async def test_a_body_without_fields_cannot_hold_a_cursor(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json({"l": [1]}))
    row = {"place": "body", "name": "p", "value": "1"}
    config = {"method": "POST", "body": "raw", "raw_body": "x"}

    execution = await lab.run({**config, "pagination": {"mode": "parameters", "parameters": [row]}})

    assert "cannot set 'p'" in execution.error.message


async def test_a_status_that_ends_pagination_is_no_failure_and_its_body_no_page(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json([{"id": 1}]), lab.Reply.json({"error": "no such page"}, 404))
    pagination = by_number(complete_when="status", statuses="204, 404")

    assert await lab.json({"pagination": pagination}) == [{"id": 1}]


async def test_another_status_fails_all_the_same(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json([{"id": 1}]), lab.Reply(status=403))

    execution = await lab.run({"pagination": by_number(complete_when="status", statuses="404")})

    assert "status 403" in execution.error.message


async def test_pagination_may_look_at_headers_status_and_request(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json([1], x_more="yes"), lab.Reply.json([2], x_more="no"))
    done = (
        "={{ $response.headers['x-more'] === 'no' && $response.status === 200"
        " && $request.query.page === '2' }}"
    )

    found = await lab.json(
        {"pagination": by_number(complete_when="expression", complete_expression=done)}
    )

    assert found == [{"data": 1}, {"data": 2}]


async def test_the_limit_of_pages_is_told_where_more_would_come(lab: Any) -> None:
    lab.api.on("/list", linked(lab, 9))
    pagination = {"mode": "next_url", "next_url": "={{ $response.body.next }}", "max_pages": 2}

    execution = await lab.run({"url": lab.api.url("/list"), "pagination": pagination})

    assert "still had more after 2 pages" in execution.error.message
    assert execution.error.field == "pagination.max_pages"


async def test_what_came_is_kept_at_the_limit_when_asked_to(lab: Any) -> None:
    lab.api.on("/list", linked(lab, 9))
    pagination = {"mode": "next_url", "next_url": "={{ $response.body.next }}", "max_pages": 2}

    found = await lab.json(
        {"url": lab.api.url("/list"), "pagination": {**pagination, "at_limit": "stop"}}
    )

    assert [item["n"] for item in found] == [1, 2]


async def test_the_limit_is_no_failure_where_nothing_more_would_come(lab: Any) -> None:
    lab.api.on("/list", linked(lab, 2))
    pagination = {"mode": "next_url", "next_url": "={{ $response.body.next }}", "max_pages": 2}

    assert len(await lab.json({"url": lab.api.url("/list"), "pagination": pagination})) == 2


async def test_an_expression_of_pagination_that_fails_names_the_field(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json({"a": 1}))
    pagination = {"mode": "next_url", "next_url": "={{ $response.body.no.way }}"}

    execution = await lab.run({"pagination": pagination})

    assert execution.error.field == "pagination"


async def test_the_pages_of_an_item_descend_from_it(lab: Any) -> None:
    lab.api.on("/", in_pages(lab))

    execution = await lab.run({"pagination": by_number()}, [{"n": 1}, {"n": 2}])

    (ports,) = execution.outputs("ask")
    assert ports["main"].parents == [0, 0, 0, 1, 1, 1]


async def test_a_post_whose_first_page_was_done_is_not_begun_again(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json([{"id": 1}]), lab.Reply(status=429))

    execution = await lab.run({"method": "POST", "pagination": by_number()})

    assert execution.status == "error"
    assert len(lab.api.seen) == 2


async def test_a_get_is_begun_again_with_its_first_page(lab: Any) -> None:
    replies = [lab.Reply.json([{"id": 1}]), lab.Reply(status=429)]
    lab.api.on("/", *replies, lab.Reply.json([{"id": 1}]), lab.Reply.json([]))

    assert await lab.json({"pagination": by_number()}) == [{"id": 1}]
    assert [dict(seen.query).get("page") for seen in lab.api.seen] == [None, "2", None, "2"]


async def test_pages_are_asked_for_with_the_credential_each_time(lab: Any) -> None:
    lab.api.on("/", in_pages(lab))
    slot = {"authentication": lab.keep("bearer", {"token": "t"})}

    await lab.json({"pagination": by_number()}, credentials=slot)

    assert [seen.header("authorization") for seen in lab.api.seen] == ["Bearer t"] * 3


async def test_the_first_request_has_the_parameters_too_where_they_count_from_there(
    lab: Any,
) -> None:
    lab.api.on("/", in_pages(lab))

    await lab.json({"pagination": by_number(from_first=True)})

    assert [dict(seen.query)["page"] for seen in lab.api.seen] == ["1", "2", "3"]


async def test_a_multipart_form_changes_from_page_to_page(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json([1]), lab.Reply.json([]))
    row = {"place": "body", "name": "skip", "value": "={{ $pageCount * 3 }}"}
    pagination = {"mode": "parameters", "parameters": [row], "from_first": True}
    parts = [{"name": "limit", "value": "3"}, {"name": "skip", "value": "7"}]

    await lab.json(
        {"method": "POST", "body": "multipart", "parts": parts, "pagination": pagination}
    )

    first, second = (seen.body for seen in lab.api.seen)
    assert b'"skip"\r\n\r\n0\r\n' in first
    assert b'"skip"\r\n\r\n3\r\n' in second
    assert first.count(b'"skip"') == second.count(b'"limit"') == 1


async def test_the_query_is_added_to_each_next_url_where_it_is_kept(lab: Any) -> None:
    lab.api.on("/list", linked(lab, 3))
    pagination = {
        "mode": "next_url",
        "next_url": "={{ $response.body.next }}",
        "keep_query": True,
    }

    await lab.json(
        {
            "url": lab.api.url("/list"),
            "query": [{"name": "key", "value": "k"}],
            "pagination": pagination,
        }
    )

    assert [seen.target for seen in lab.api.seen] == [
        "/list?key=k",
        "/list?n=2&key=k",
        "/list?n=3&key=k",
    ]


async def test_pages_that_repeat_are_a_mistake_where_that_is_asked(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json([{"id": 1}]))

    execution = await lab.run({"pagination": by_number(fail_when_same=True)})

    assert "4 times in a row" in execution.error.message
    assert len(lab.api.seen) == 4


async def test_the_page_that_ends_by_its_status_counts_where_no_status_fails(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json({"n": 1}), lab.Reply.json({"n": 2}, 404))
    pagination = by_number(complete_when="status", statuses="404")

    assert await lab.json({"never_fail": True, "pagination": pagination}) == [{"n": 1}, {"n": 2}]


async def test_the_expressions_of_pagination_see_the_item_too(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json([1]), lab.Reply.json([]))
    row = {"place": "query", "name": "at", "value": "={{ $json.from + $pageCount }}"}

    await lab.json({"pagination": {"mode": "parameters", "parameters": [row]}}, [{"from": 10}])

    assert [seen.query for seen in lab.api.seen] == [[], [("at", "11")]]
