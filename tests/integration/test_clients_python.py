"""The Python client against a server: what it sends is taken, what is answered is understood."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from tests.support.owner import owned

from penstock_client import Calls, Changed, Client, NotFound, NotValid, SignInNeeded, models

pytestmark = pytest.mark.asyncio(loop_scope="module")


def document(name: str = "One") -> dict[str, Any]:
    node = {"id": "start", "name": "Start", "type": "penstock/flow.manual"}
    return {"format": "penstock/1", "name": name, "nodes": [node], "edges": []}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reached(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Client]:
    async with (
        owned(tmp_path_factory.mktemp("server")) as (_, address, token),
        Client(address, token) as client,
    ):
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def client(reached: Client, request: pytest.FixtureRequest) -> Calls:
    """In a workspace of its own."""
    made = await reached.add_workspace(models.NewWorkspace(name=request.node.name))
    return reached.in_workspace(made.id)


async def test_what_was_kept_is_read_back_with_its_types(client: Calls) -> None:
    given = models.WorkflowGiven(document=document(), tags=["b", "a"])

    added = await client.add_workflow(given)
    read = await client.show_workflow(added.value.id)

    assert isinstance(read.value.workflow, models.StoredWorkflow)
    assert read.value.workflow.tags == ["a", "b"]
    assert read.value.document["name"] == "One"
    assert read.etag == added.etag == "1"


async def test_a_change_of_what_somebody_else_changed_is_refused_as_such(client: Calls) -> None:
    added = await client.add_workflow(models.WorkflowGiven(document=document()))
    place, body = added.value.id, models.DraftGiven(document=document("Two"))

    saved = await client.save_workflow(place, body, etag=added.etag)
    with pytest.raises(Changed) as late:
        await client.save_workflow(place, body, etag=added.etag)
    with pytest.raises(Changed) as blind:
        await client.save_workflow(place, body)

    assert saved.etag == "2"
    assert late.value.code == "workflow.changed"
    assert blind.value.problem.status == 428
    assert "If-Match" in blind.value.hint


async def test_a_list_goes_on_over_its_pages(client: Calls) -> None:
    for name in "abcde":
        await client.add_workflow(models.WorkflowGiven(document=document(name)))

    first = await client.list_workflows(limit=2)
    names = [one.name async for one in client.list_workflows(limit=2)]
    sizes = [len(page.items) async for page in client.list_workflows(limit=2).pages()]

    assert [one.name for one in first.items] == ["a", "b"]
    assert names == list("abcde")
    assert sizes == [2, 2, 1]


async def test_the_same_key_does_it_once(client: Calls) -> None:
    given = models.WorkflowGiven(document=document())

    first = await client.add_workflow(given, idempotency_key="k-1")
    again = await client.add_workflow(given, idempotency_key="k-1")
    other = await client.add_workflow(given)

    assert again == first
    assert other.value.id != first.value.id


async def test_what_is_left_out_is_not_sent(client: Calls) -> None:
    given = models.WorkflowGiven(document=document(), tags=["a"])
    added = await client.add_workflow(given)

    changed = await client.describe_workflow(added.value.id, models.WorkflowAbout(description="x"))
    emptied = await client.describe_workflow(added.value.id, models.WorkflowAbout(tags=[]))

    assert (changed.value.tags, changed.value.description) == (["a"], "x")
    assert (emptied.value.tags, emptied.value.description) == ([], "x")


async def test_what_is_not_there_and_what_does_not_fit_are_told_apart(client: Calls) -> None:
    with pytest.raises(NotFound) as missing:
        await client.show_workflow("nope")
    with pytest.raises(NotValid) as unfit:
        await client.add_workflow(models.WorkflowGiven(document=document(), tags=[""]))

    assert missing.value.code == "workflow.missing"
    assert unfit.value.problem.field == "body.tags[0]"


async def test_a_workspace_of_its_own_sees_nothing_of_the_other(client: Calls) -> None:
    await client.add_workflow(models.WorkflowGiven(document=document()))
    made = await client.add_workspace(models.NewWorkspace(name="Other"))

    assert (await client.in_workspace(made.id).list_workflows()).items == []
    assert len((await client.list_workflows()).items) == 1


async def test_bytes_come_back_as_they_were_sent(client: Calls) -> None:
    sent = bytes(range(256))

    file = await client.upload_file(sent, name="all.bin", media_type="image/png")
    listed = [one.name async for one in client.list_files()]

    assert await client.download_file(file.id) == sent
    assert listed == ["all.bin"]


async def test_what_happens_is_told_while_it_happens(client: Calls) -> None:
    kept = await client.add_workflow(models.WorkflowGiven(document=document()))
    await client.publish_workflow(kept.value.id, models.Publishing(activate=True))
    kinds: list[str] = []

    async for event in client.watch(workflows=[kept.value.id]):
        kinds.append(event.json()["kind"])
        if kinds[-1] == "subscribed":
            await client.start_execution(kept.value.id)
        if kinds[-1] == "execution.finished":
            break

    assert "step.finished" in kinds


async def test_a_token_that_is_not_good_lets_nobody_in(reached: Client) -> None:
    address = str(reached._transport._url)

    async with Client(address, "pst_no") as stranger:
        with pytest.raises(SignInNeeded):
            await stranger.list_tags()
    async with Client(address) as nobody:
        with pytest.raises(SignInNeeded):
            await nobody.list_tags()


async def test_an_id_stays_one_part_of_the_address(client: Calls) -> None:
    with pytest.raises(NotFound) as missing:
        await client.show_workflow("a/../../tags?x=1#y")
    with pytest.raises(ValueError, match="names another one"):
        await client.show_workflow("..")

    assert missing.value.code in ("workflow.missing", "request.unknown_route")


async def test_only_a_connection_of_its_own_is_closed(reached: Client) -> None:
    address = str(reached._transport._url)

    async with httpx2.AsyncClient() as http:
        async with Client(address, http=http):
            pass
        assert not http.is_closed
    own = Client(address)
    await own.close()

    with pytest.raises(RuntimeError):
        await own.list_tags()
