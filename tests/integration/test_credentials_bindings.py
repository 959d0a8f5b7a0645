"""A node uses a credential where somebody who may has allowed it, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select
from tests.support.databases import KINDS, url_of
from tests.support.stand_in import Answer, Asked, StandIn, standing_in

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.blobs import root_key
from penstock_kernel.store.credentials import Credential, CredentialRefused, FileVault, Use
from penstock_kernel.store.records import ExecutionRecord
from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import credentials_bindings as bindings
from penstock_kernel.store.sql.tables import credential_bindings, credentials
from penstock_kernel.work.credentials import Change
from penstock_kernel.work.credentials_desk import open_desk
from penstock_kernel.work.credentials_slots import bind_document
from penstock_kernel.work.credentials_types import Given
from penstock_kernel.work.entering import Incoming
from penstock_kernel.workflow.document import parse

OWNER = Scope(actor="ada")
#: May change workflows, and use nothing.
EDITOR = Scope(actor="bob", grants=frozenset({"workflow:read", "workflow:write"}))
PATIENCE_S = 30


@pytest.fixture
async def target() -> AsyncGenerator[StandIn]:
    def answers(asked: Asked) -> Answer:
        return Answer({"key": asked.headers.get("authorization", "none")})

    async with standing_in(answers) as stand_in:
        yield stand_in


@pytest.fixture(params=KINDS)
async def kernel(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Kernel]:
    settings = Settings(
        database=url_of(request.param, tmp_path),
        data_dir=tmp_path / "data",
        sandbox="inprocess",
        egress_allow=("127.0.0.1",),
    )
    async with Kernel.open(settings) as found, found.serve():
        yield found


def document(target: StandIn, *credentials: str, name: str = "asks") -> dict[str, Any]:
    """A node for each credential."""
    nodes = [
        {
            "id": f"ask{number}",
            "name": f"Ask {number}",
            "type": "penstock/http.request",
            "config": {"url": f"{target.url}/x"},
            "credentials": {"authentication": credential},
        }
        for number, credential in enumerate(credentials)
    ]
    return {"format": "penstock/1", "name": name, "nodes": nodes}


async def keep(kernel: Kernel, target: StandIn, name: str) -> str:
    given = Given(fields={"token": f"of-{name}-secret"}, hosts=[target.url])
    kept = open_desk(kernel).kept
    return (await kept.add(OWNER, name, "http_bearer", given, credential=name)).id


async def bind(
    kernel: Kernel, scope: Scope, workflow: str, text: dict[str, Any], **how: bool
) -> list[str]:
    db = kernel.db
    assert db is not None

    def work(connection: Connection) -> list[str]:
        parsed = parse(text)
        found = bind_document(connection, scope, workflow, parsed, 1, **how)
        return [one.credential for one in found]

    return await db.transact(work)


async def bound(kernel: Kernel) -> set[tuple[str, str]]:
    db = kernel.db
    assert db is not None
    columns = (credential_bindings.c.node_id, credential_bindings.c.credential_id)
    rows = await db.read(lambda one: one.execute(select(*columns)).all())
    return {(row[0], row[1]) for row in rows}


async def ended(kernel: Kernel, execution: str) -> ExecutionRecord:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            record = await kernel.journal.execution(execution)  # type: ignore[arg-type]
            if record.status in ("success", "error", "dead"):
                return record
            await asyncio.sleep(0.01)


async def run(kernel: Kernel, workflow: str) -> ExecutionRecord:
    accepted = await kernel.accept(Incoming(workflow=workflow, scope=OWNER, mode="webhook"))
    return await ended(kernel, accepted.execution)


async def test_a_version_uses_what_was_bound_and_nothing_else(
    kernel: Kernel, target: StandIn
) -> None:
    credential = await keep(kernel, target, "cr_1")
    text = document(target, credential)
    workflow = (await kernel.workflows.add(OWNER, text)).id
    await kernel.workflows.publish(OWNER, workflow)
    await kernel.workflows.activate(OWNER, workflow)
    db = kernel.db
    assert db is not None
    await db.transact(lambda one: bindings.forget(one, workflow))

    refused = await run(kernel, workflow)
    await bind(kernel, OWNER, workflow, text, published=True)
    works = await run(kernel, workflow)

    assert (refused.status, works.status) == ("error", "success")
    assert refused.error is not None
    assert refused.error.code == "credential.refused"
    assert "may not use" in refused.error.message
    assert [asked.headers.get("authorization") for asked in target.asked] == [
        "Bearer of-cr_1-secret"
    ]


async def test_what_is_removed_is_used_no_more_at_once(kernel: Kernel, target: StandIn) -> None:
    credential = await keep(kernel, target, "cr_1")
    text = document(target, credential)
    workflow = (await kernel.workflows.add(OWNER, text)).id
    await kernel.workflows.publish(OWNER, workflow)
    await kernel.workflows.activate(OWNER, workflow)
    await bind(kernel, OWNER, workflow, text, published=True)
    assert (await run(kernel, workflow)).status == "success"

    await open_desk(kernel).kept.remove(OWNER, credential)

    record = await run(kernel, workflow)
    assert record.error is not None
    assert record.error.code == "credential.not_found"
    assert await bound(kernel) == set()


async def test_an_editor_keeps_what_is_bound_and_binds_nothing_new(
    kernel: Kernel, target: StandIn
) -> None:
    for name in ("cr_1", "cr_2"):
        await keep(kernel, target, name)
    await bind(kernel, OWNER, "wf_1", document(target, "cr_1"))

    await bind(kernel, EDITOR, "wf_1", document(target, "cr_1", name="renamed"))
    for wanted in (("cr_2",), ("cr_1", "cr_1"), ("cr_1", "cr_2")):
        with pytest.raises(AccessDenied):
            await bind(kernel, EDITOR, "wf_1", document(target, *wanted))
    with pytest.raises(AccessDenied):
        await bind(kernel, EDITOR, "wf_2", document(target, "cr_1"))

    assert await bound(kernel) == {("ask0", "cr_1")}
    left_out = await bind(kernel, EDITOR, "wf_2", document(target, "cr_2"), leaves_out=True)
    assert left_out == ["cr_2"]
    assert await bound(kernel) == {("ask0", "cr_1")}


async def test_somebody_with_whom_a_credential_is_shared_may_bind_it(
    kernel: Kernel, target: StandIn
) -> None:
    for name in ("cr_1", "cr_2"):
        await keep(kernel, target, name)
    shared = {"cr_1": frozenset({"credential:use"})}
    scope = Scope(actor="bob", grants=frozenset(), shared=shared)

    await bind(kernel, scope, "wf_1", document(target, "cr_1"))
    with pytest.raises(AccessDenied):
        await bind(kernel, scope, "wf_1", document(target, "cr_2"))


async def test_what_names_nothing_there_is_stays_unbound(kernel: Kernel, target: StandIn) -> None:
    elsewhere = Given(fields={"token": "secret"}, hosts=[target.url])
    other = Scope("another")
    await open_desk(kernel).kept.add(other, "C", "http_bearer", elsewhere, credential="cr_9")

    found = await bind(kernel, OWNER, "wf_1", document(target, "cr_8", "cr_9"))

    assert found == ["cr_8", "cr_9"]
    assert await bound(kernel) == set()


async def test_a_draft_takes_nothing_from_a_version(kernel: Kernel, target: StandIn) -> None:
    for name in ("cr_1", "cr_2", "cr_3"):
        await keep(kernel, target, name)

    await bind(kernel, OWNER, "wf_1", document(target, "cr_1"), published=True)
    await bind(kernel, OWNER, "wf_1", document(target, "cr_2"))
    await bind(kernel, OWNER, "wf_1", document(target, "cr_3"))

    assert await bound(kernel) == {("ask0", "cr_1"), ("ask0", "cr_3")}
    usage = await open_desk(kernel).kept.usage(OWNER, "cr_1")
    assert [(one.workflow_id, one.node_id, one.slot, one.published) for one in usage] == [
        ("wf_1", "ask0", "authentication", True)
    ]


async def test_what_is_tried_without_being_saved_uses_what_is_bound_to_its_workflow(
    kernel: Kernel, target: StandIn
) -> None:
    for name in ("cr_1", "cr_2"):
        await keep(kernel, target, name)
    workflow = (await kernel.workflows.add(OWNER, document(target))).id
    await bind(kernel, OWNER, workflow, document(target, "cr_1"))
    vault = kernel.host.vault

    for use in (
        Use("default", workflow, None, "ask0", "authentication"),
        Use("default", "/home/ada/flow.json", None, "ask0", "authentication"),
    ):
        assert (await vault.view(use, "cr_1")).type == "http_bearer"
    for use, credential in (
        (Use("default", workflow, None, "ask0", "authentication"), "cr_2"),
        (Use("default", workflow, None, "ask1", "authentication"), "cr_1"),
        (Use("default", workflow, None, "ask0", "certificate"), "cr_1"),
        (Use("default", "unsaved", None, "ask0", "authentication"), "cr_1"),
        (Use("default", "other", 1, "ask0", "authentication"), "cr_1"),
    ):
        with pytest.raises(CredentialRefused, match="may not use"):
            await vault.view(use, credential)


async def test_a_target_that_repeats_a_secret_is_not_heard(kernel: Kernel, target: StandIn) -> None:
    await keep(kernel, target, "cr_1")

    execution: Execution = await kernel.execute(document(target, "cr_1"))

    assert execution.items[0].json == {"key": "***"}


async def test_when_a_credential_was_used_is_noted(kernel: Kernel, target: StandIn) -> None:
    await keep(kernel, target, "cr_1")
    kept = open_desk(kernel).kept
    before = (await kept.get(OWNER, "cr_1")).used_ms

    await kernel.execute(document(target, "cr_1"))

    after = (await kept.get(OWNER, "cr_1")).used_ms
    assert before is None
    assert after is not None
    assert abs(after - kernel.now_ms()) < 60_000


@pytest.mark.parametrize("kind", KINDS)
async def test_credentials_in_files_are_moved_once_with_what_may_use_them(
    kind: str, tmp_path: Path, target: StandIn
) -> None:
    data = tmp_path / "data"
    settings = Settings(
        database=url_of("postgresql" if kind == "postgresql" else "sqlite", tmp_path),
        data_dir=data,
        sandbox="inprocess",
        egress_allow=("127.0.0.1",),
    )
    vault = FileVault(data / "credentials", root_key(data))
    secrets = {"token": "of-cr_1-secret"}
    old = Credential(
        id="cr_1", type="http_bearer", scheme="bearer", hosts=(target.url,), secrets=secrets
    )
    text = document(target, "cr_1")
    async with Kernel.open(settings) as kernel:
        workflow = (await kernel.workflows.add(OWNER, text)).id
        await kernel.workflows.publish(OWNER, workflow)
        await kernel.workflows.activate(OWNER, workflow)
    vault.put("default", old)

    for _ in range(2):
        async with Kernel.open(settings) as kernel, kernel.serve():
            assert (await run(kernel, workflow)).status == "success"

    assert not (data / "credentials").exists()
    assert (data / "credentials.moved").is_dir()
    async with Kernel.open(settings) as kernel:
        kept = open_desk(kernel).kept
        before = await kept.get(OWNER, "cr_1")
        renamed = await kept.change(OWNER, "cr_1", Change(name="Acme"), seen=before.updated_ms)
        assert (renamed.name, renamed.filled) == ("Acme", ["token"])
        await kept.remove(OWNER, "cr_1")
    async with Kernel.open(settings) as kernel:
        db = kernel.db
        assert db is not None
        assert await db.read(lambda one: one.execute(select(credentials.c.id)).all()) == []
