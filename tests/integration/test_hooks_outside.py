"""Webhooks and what comes from far outside: behind proxies, and with what no database keeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.databases import KINDS, url_of
from tests.support.hooks import ADD, activated, hooked, workflow

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.records import Delivery, ExecutionId
from penstock_kernel.store.scope import Scope
from penstock_kernel.work.entering import Incoming
from penstock_web.hooks.app import HooksApp

KNOWN = {"x-forwarded-for": "203.0.113.7"}


async def statuses(
    settings: Settings, *calls: tuple[str, Mapping[str, str]], **config: Any
) -> list[int]:
    """What callers from some addresses are answered with."""
    found: list[int] = []
    async with Kernel.open(settings) as kernel, kernel.serve():
        await activated(kernel, workflow(ADD, **config))
        for address, headers in calls:
            transport = httpx2.ASGITransport(app=HooksApp(kernel), client=(address, 1))
            async with httpx2.AsyncClient(transport=transport, base_url="http://x") as http:
                answer = await http.post("/hook/default/orders", json={"a": 1}, headers=headers)
                found.append(answer.status_code)
    return found


async def test_behind_a_named_proxy_the_address_that_it_tells_is_the_caller(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, database="sqlite://", sandbox="inprocess", proxies=("10.0.0.0/8",)
    )
    calls = [
        ("10.0.0.1", KNOWN),
        ("10.0.0.1", {"x-forwarded-for": "203.0.113.7, 10.0.0.2"}),
        ("10.0.0.1", {"x-forwarded-for": "203.0.113.7, 192.0.2.1"}),
        ("10.0.0.1", {}),
        ("192.0.2.1", KNOWN),
    ]

    found = await statuses(settings, *calls, allowed_ips="203.0.113.7")

    assert found == [200, 200, 403, 403, 403]


async def test_a_proxy_lets_nobody_in_by_its_own_address(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, database="sqlite://", sandbox="inprocess", proxies=("10.0.0.1",)
    )

    found = await statuses(settings, ("10.0.0.1", KNOWN), allowed_ips="10.0.0.0/8")

    assert found == [403]


@pytest.mark.parametrize("kind", KINDS)
async def test_an_address_with_the_character_nul_is_refused(kind: str, tmp_path: Path) -> None:
    async with hooked(url_of(kind, tmp_path), tmp_path) as hooks:
        await hooks.activate(workflow(ADD, path="orders/:number"))
        refused = await hooks.call("orders/%00", {"a": 1})
        taken = await hooks.call("orders/7", {"a": 1})

    assert (refused.status_code, taken.status_code) == (400, 200)
    assert refused.json()["code"] == "webhook.path_invalid"


@pytest.mark.parametrize("kind", KINDS)
async def test_keys_are_kept_without_the_character_nul(kind: str, tmp_path: Path) -> None:
    key = "={{ $json.body.customer }}"
    settings = {"concurrency": {"key": key, "limit": 1}, "sticky_key": key}
    async with hooked(url_of(kind, tmp_path), tmp_path) as hooks:
        await hooks.activate(workflow(ADD, settings=settings, reply="last_node"))
        answer = await hooks.call(body={"customer": "a\0b", "a": 1})
        page = await hooks.kernel.history.list(Scope())

    assert answer.status_code == 200
    assert [one.status for one in page.executions] == ["success"]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_sender_calls_its_delivery_is_kept_without_the_character_nul(
    kind: str, tmp_path: Path
) -> None:
    async with hooked(url_of(kind, tmp_path), tmp_path) as hooks:
        (workflow_id,) = await hooks.activate(workflow(ADD))
        delivery = Delivery(endpoint=f"{workflow_id}:n0", id="a\0b", method="POST", path="/x")
        incoming = Incoming(workflow=workflow_id, mode="webhook", delivery=delivery)
        first = await hooks.kernel.accept(incoming)
        second = await hooks.kernel.accept(incoming)

    assert first.execution == second.execution


@pytest.mark.parametrize("kind", KINDS)
async def test_custom_data_is_kept_without_the_character_nul(kind: str, tmp_path: Path) -> None:
    source = (
        "$execution.customData.set('order', $input.first().json.body.order);"
        "$execution.customData.set('or\\u0000der', 'other'); return [{json: {}}];"
    )
    code = ("penstock/code.javascript", {"source": source})
    async with hooked(url_of(kind, tmp_path), tmp_path) as hooks:
        await hooks.activate(workflow(code, reply="last_node"))
        answer = await hooks.call(body={"order": "a\0b"})
        (shown,) = (await hooks.kernel.history.list(Scope())).executions
        found = await hooks.kernel.journal.execution(ExecutionId(shown.id))

    assert answer.status_code == 200
    assert shown.status == "success"
    assert list(found.custom_data) == ["order"]
