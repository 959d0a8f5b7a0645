"""Tables over HTTP: rows in pages, CSV in and out."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from tests.support.server import Client, served

COLUMNS = [{"name": "name"}, {"name": "price", "kind": "number"}]


async def add(client: Client, rows: list[dict[str, Any]] | None = None) -> str:
    body: dict[str, Any] = {"name": "fruit", "columns": COLUMNS}
    made = await client.json("POST", "/tables", body, expect=201)
    if rows:
        await client.ask("POST", f"/tables/{made['id']}/rows", {"rows": rows}, expect=201)
    return str(made["id"])


async def send(client: Client, table: str, content: bytes, **params: Any) -> Any:
    return await client.http.post(
        f"/api/v1/tables/{table}/import",
        content=content,
        params=params,
        headers={"content-type": "text/csv"},
    )


async def names(client: Client, table: str) -> list[Any]:
    page = await client.json("GET", f"/tables/{table}/rows", limit=1_000)
    return [row["cells"]["name"] for row in page["items"]]


async def test_rows_are_found_sorted_and_paged(tmp_path: Path) -> None:
    rows = [{"name": f"n{n}", "price": n % 3} for n in range(10)]
    async with served(tmp_path) as client:
        place = f"/tables/{await add(client, rows)}/rows"
        asked = {"filter": ["price:ge:1", "name:ne:n1"], "sort": "-price", "limit": 4}
        first = await client.json("GET", place, **asked)
        second = await client.json("GET", place, cursor=first["next_cursor"], **asked)
        wrong = await client.ask("GET", place, filter="price", expect=422)

    shown = [row["cells"]["name"] for row in [*first["items"], *second["items"]]]
    assert shown == ["n2", "n5", "n8", "n4", "n7"]
    assert second["next_cursor"] is None
    assert wrong.json()["code"] == "table.query_invalid"


async def test_a_row_is_shown_changed_and_deleted(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        place = f"/tables/{await add(client, [{'name': 'a'}, {'name': 'b'}, {'name': 'c'}])}/rows"
        ids = [row["id"] for row in (await client.json("GET", place))["items"]]
        changed = await client.json("PATCH", f"{place}/{ids[0]}", {"cells": {"price": 5}})
        shown = await client.json("GET", f"{place}/{ids[0]}")
        one = await client.json("DELETE", f"{place}/{ids[0]}")
        many = await client.json("POST", f"{place}/delete", {"ids": ids})
        gone = await client.ask("GET", f"{place}/{ids[0]}", expect=404)

    assert changed["cells"] == shown["cells"] == {"name": "a", "price": 5}
    assert (one["removed"], many["removed"]) == (1, 2)
    assert gone.json()["code"] == "row.missing"


async def test_a_value_that_does_not_fit_is_told_with_its_column(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        table = await add(client)
        body = {"rows": [{"price": "much"}]}
        wrong = await client.ask("POST", f"/tables/{table}/rows", body, expect=422)

    assert wrong.json()["code"] == "table.cell_invalid"
    assert wrong.json()["field"] == "price"


async def test_what_is_written_as_csv_is_read_in_again(tmp_path: Path) -> None:
    rows = [
        {"name": 'a "quoted", one', "price": 1.5},
        {"name": "two\nlines", "price": -2},
        {"name": "ü 🌍"},
        *({"name": f"n{n}", "price": n} for n in range(2_500)),
    ]
    async with served(tmp_path) as client:
        table = await add(client)
        for start in range(0, len(rows), 1_000):
            body = {"rows": rows[start : start + 1_000]}
            await client.ask("POST", f"/tables/{table}/rows", body)
        written = await client.ask("GET", f"/tables/{table}/export")
        made: dict[str, Any] = {"name": "copy", "columns": COLUMNS}
        copy = (await client.json("POST", "/tables", made))["id"]
        answer = await send(client, copy, written.content)
        again = await client.ask("GET", f"/tables/{copy}/export")

    assert written.headers["content-type"].startswith("text/csv")
    assert "fruit.csv" in written.headers["content-disposition"]
    assert answer.json()["added"] == len(rows)
    assert again.content == written.content


async def test_nothing_is_added_of_a_file_in_which_a_line_is_wrong(tmp_path: Path) -> None:
    content = b"name,price\r\na,1\r\nb,much\r\nc\r\nd,4\r\n"
    async with served(tmp_path) as client:
        table = await add(client)
        refused = await send(client, table, content)
        before = await names(client, table)
        taken = await send(client, table, content, skip_wrong=True)
        after = await names(client, table)

    assert refused.status_code == 422
    assert [(one["line"], one["column"]) for one in refused.json()["findings"]] == [
        (3, "price"),
        (4, ""),
    ]
    assert before == []
    assert (taken.json()["added"], taken.json()["wrong"]) == (2, 2)
    assert after == ["a", "d"]


async def test_columns_that_a_file_brings_are_added_if_wanted(tmp_path: Path) -> None:
    content = "\ufeffname;color\nä;red\n".encode()
    async with served(tmp_path) as client:
        table = await add(client)
        refused = await send(client, table, content, delimiter="semicolon")
        skipped = await send(client, table, content, delimiter="semicolon", skip_wrong=True)
        taken = await send(client, table, content, delimiter="semicolon", add_columns=True)
        shown = await client.json("GET", f"/tables/{table}")
        page = await client.json("GET", f"/tables/{table}/rows")

    assert refused.json()["findings"][0]["column"] == "color"
    assert skipped.status_code == 422
    assert taken.json()["added_columns"] == ["color"]
    assert [one["name"] for one in shown["columns"]] == ["name", "price", "color"]
    assert page["items"][0]["cells"] == {"name": "ä", "price": None, "color": "red"}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"name,name\r\na,b\r\n", id="column-twice"),
        pytest.param(b"name\r\n\xff\xfe\r\n", id="not-utf-8"),
        pytest.param(b"\xff", id="not-utf-8-at-all"),
        pytest.param(b'name\r\n"a', id="open-quote"),
        pytest.param(b"name\r\na\x00\r\n", id="zero"),
        pytest.param(b"name\r\n" + b"x" * 200_000, id="field-too-long"),
        pytest.param(b"name\r\n" + b"x" * 40_000, id="row-too-long"),
    ],
)
@pytest.mark.parametrize("add_columns", [False, True])
async def test_a_file_that_is_no_table_is_refused(
    content: bytes, tmp_path: Path, *, add_columns: bool
) -> None:
    async with served(tmp_path) as client:
        table = await add(client)
        answer = await send(client, table, content, add_columns=add_columns)
        added = await names(client, table)

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "table.csv_invalid"
    assert answer.json()["findings"][0]["line"] >= 1
    assert added == []


async def test_spreadsheets_are_not_given_formulas(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        table = await add(client, [{"name": "=1+1"}, {"name": "@x"}, {"name": "fine"}])
        place = f"/tables/{table}/export"
        safe = await client.ask("GET", place, for_spreadsheets=True)
        plain = await client.ask("GET", place)

    cells = [row[0] for row in csv.reader(io.StringIO(safe.text))]
    assert cells == ["name", "'=1+1", "'@x", "fine"]
    assert "\r\n=1+1," in plain.text


async def test_tables_are_listed_renamed_and_deleted(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        table = await add(client, [{"name": "a"}])
        place = f"/tables/{table}"
        renamed = await client.json("PATCH", place, {"name": "greens"})
        listed = await client.json("GET", "/tables")
        grants = {"test-grants": "table:read table:write"}
        refused = await client.ask("DELETE", place, headers=grants, expect=403)
        await client.ask("DELETE", place, expect=204)
        elsewhere = await client.ask("GET", place, expect=404)

    assert renamed["name"] == "greens"
    assert [(one["name"], one["rows"]) for one in listed["items"]] == [("greens", 1)]
    assert refused.json()["code"] == "access.denied"
    assert elsewhere.json()["code"] == "table.missing"
