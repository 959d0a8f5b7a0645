"""Forms and chats whose workflows keep nothing of what ends: whoever waits is told all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_pages import active, document, node
from tests.support.server import served

from penstock_kernel.work.answers import Gone
from penstock_web.pages.chats import reply_of

SAVES = ["none", "errors"]
FIELDS = [{"label": "Name"}]
EVENTS = {"accept": "text/event-stream"}


def unkept(save: str, *nodes: dict[str, Any]) -> dict[str, Any]:
    return {**document(nodes[0], *nodes[1:]), "settings": {"save": save}}


@pytest.mark.parametrize("save", SAVES)
async def test_a_form_of_which_nothing_is_kept_thanks(save: str, tmp_path: Path) -> None:
    form = node("form", "flow.form", path="join", fields=FIELDS, reply="last_node")
    async with served(tmp_path) as client:
        await active(client, unkept(save, form, node("end", "flow.noop")))
        sent = await client.http.post("/form/default/join", data={"Name": "Ada"})

    assert sent.status_code == 200
    assert "Thank you" in sent.text


@pytest.mark.parametrize("save", SAVES)
async def test_a_form_of_which_nothing_is_kept_ends_as_its_workflow_says(
    save: str, tmp_path: Path
) -> None:
    form = node("form", "flow.form", path="join", fields=FIELDS)
    more = node("more", "flow.form_page", title="More", fields=[{"label": "Age", "type": "number"}])
    end = node("bye", "flow.form_page", kind="end", title="Bye", message="See you.")
    async with served(tmp_path) as client:
        await active(client, unkept(save, form, more, end))
        first = await client.http.post("/form/default/join", data={"Name": "Ada"})
        last = await client.http.post(first.headers["location"], data={"Age": "36"})

    assert first.status_code == 303
    assert "<h1>Bye</h1>" in last.text


async def test_a_form_of_which_nothing_is_kept_says_that_something_went_wrong(
    tmp_path: Path,
) -> None:
    form = node("form", "flow.form", path="join", fields=FIELDS, reply="last_node")
    stop = node("stop", "flow.stop", message="It broke.")
    async with served(tmp_path) as client:
        await active(client, unkept("none", form, stop))
        sent = await client.http.post("/form/default/join", data={"Name": "Ada"})

    assert sent.status_code == 500
    assert "Something went wrong" in sent.text


@pytest.mark.parametrize("headers", [EVENTS, {}])
@pytest.mark.parametrize("save", SAVES)
async def test_a_chat_of_which_nothing_is_kept_replies(
    save: str, headers: dict[str, str], tmp_path: Path
) -> None:
    source = "={{ 'You said ' + $json.chatInput }}"
    answer = node("say", "data.set", assignments=[{"name": "output", "value": source}])
    chat = node("chat", "flow.chat", path="talk", public=True)
    async with served(tmp_path) as client:
        await active(client, unkept(save, chat, answer))
        said = await client.http.post(
            "/chat/default/talk", json={"chatInput": "hi"}, headers=headers
        )

    assert "You said hi" in said.text
    assert "event: error" not in said.text


def test_an_end_of_which_nobody_knows_anything_is_a_reply_and_no_failure() -> None:
    assert "nothing of it was kept" in reply_of(Gone())
