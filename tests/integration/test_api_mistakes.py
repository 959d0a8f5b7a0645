"""Mistakes of clients: told as theirs, and never as ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.support.server import Client, served

from penstock_web.api import ENDPOINTS

WITH_NUMBERS = sorted({one.path for one in ENDPOINTS if ":int}" in one.path})
LONG = "9" * 5_000
STRANGE = ["²", "٣", LONG, "1" * 20, "-1", "1_0", ""]


async def table(client: Client) -> str:
    kinds = ("text", "number", "boolean", "date")
    columns = [{"name": kind, "kind": kind} for kind in kinds]
    made = await client.json("POST", "/tables", {"name": "t", "columns": columns})
    row = {"text": "", "number": 1, "boolean": True, "date": "2026-03-01"}
    await client.ask("POST", f"/tables/{made['id']}/rows", {"rows": [row]}, expect=201)
    return str(made["id"])


@pytest.mark.parametrize("number", [LONG, "9" * 30, "9" * 20])
async def test_a_number_in_an_address_may_have_any_length(number: str, tmp_path: Path) -> None:
    places = [re.sub(r"\{\w+:int\}", number, path) for path in WITH_NUMBERS]
    named = {"table": "t", "workflow": "w", "execution": "e", "node": "n"}
    async with served(tmp_path) as client:
        answers = [
            await client.http.request(method, f"/api/v1{place.format(**named)}")
            for place in places
            for method in ("GET", "POST", "PATCH", "DELETE")
        ]

    assert len(places) > 3
    assert {answer.status_code for answer in answers} <= {400, 404, 405}
    assert all("problem+json" in answer.headers["content-type"] for answer in answers)


@pytest.mark.parametrize("state", STRANGE)
async def test_a_state_that_is_no_number_is_asked_for_again(state: str, tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        answers = [
            await client.http.request(
                method,
                f"/api/v1{path}",
                json=body,
                headers=[(b"if-match", state.encode("latin-1", "replace"))],
            )
            for method, path, body in (
                ("PUT", "/workflows/wf_1", {"document": {}}),
                ("PATCH", "/credentials/cr_1", {"name": "n"}),
            )
        ]

    assert [answer.status_code for answer in answers] == [428, 428]


@pytest.mark.parametrize("cursor", ["99999999999999999999", LONG, "²", "٣", "-1"])
async def test_a_place_in_the_audit_log_that_there_cannot_be_is_refused(
    cursor: str, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        refused = await client.ask("GET", "/audit", cursor=cursor, expect=400)

    assert refused.json()["code"] == "request.invalid"


@pytest.mark.parametrize("comparison", ["eq", "ne", "lt", "ge"])
async def test_nothing_is_no_value_to_compare_with(comparison: str, tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        place = f"/tables/{await table(client)}/rows"
        refused = [
            await client.ask("GET", place, filter=f"{column}:{comparison}:", expect=422)
            for column in ("number", "boolean", "date")
        ]
        texts = await client.json("GET", place, filter="text:eq:")

    assert {answer.json()["code"] for answer in refused} == {"table.query_invalid"}
    assert len(texts["items"]) == 1
