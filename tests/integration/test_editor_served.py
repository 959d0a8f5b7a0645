"""The files of the editor, as a browser gets them."""

from __future__ import annotations

import gzip
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from penstock_web.http.headers import Headers
from penstock_web.pages.editor import serve_editor

PAGE = b"<!doctype html><div id=root></div>"
SCRIPT = b"console.log('here')"
WANTS_PAGE = {"accept": "text/html,*/*;q=0.8"}


def built(folder: Path) -> Path:
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "icon.svg").write_bytes(b"<svg/>")
    (folder / "assets" / "main-1a2b.js").write_bytes(SCRIPT)
    (folder / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder.parent / "secret.key").write_bytes(b"key")
    return folder


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    app = Starlette()
    serve_editor(app, built(tmp_path / "static"))
    transport = httpx2.ASGITransport(app=Headers(app))
    async with httpx2.AsyncClient(transport=transport, base_url="http://penstock") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/workflows/wf_1", "/sign-in", "/settings/members"])
async def test_every_screen_is_the_same_page(browser: httpx2.AsyncClient, path: str) -> None:
    answer = await browser.get(path, headers=WANTS_PAGE)

    assert answer.content == PAGE
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_an_asset_is_kept_forever_and_comes_compressed(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/assets/main-1a2b.js")
    plain = await browser.get("/assets/main-1a2b.js", headers={"accept-encoding": "identity"})

    assert (answer.content, answer.headers["content-encoding"]) == (SCRIPT, "gzip")
    assert (plain.content, plain.headers.get("content-encoding")) == (SCRIPT, None)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("path", ["/assets/../secret.key", "/assets/%2e%2e/%2e%2e/secret.key"])
async def test_nothing_outside_of_the_build_is_answered(
    browser: httpx2.AsyncClient, path: str
) -> None:
    answer = await browser.get(path, headers=WANTS_PAGE)

    assert answer.content != b"key"


@pytest.mark.parametrize("path", ["/assets/gone.js", "/api/v1/nothing"])
async def test_what_is_not_there_is_never_answered_with_a_page(
    browser: httpx2.AsyncClient, path: str
) -> None:
    answer = await browser.get(path, headers=WANTS_PAGE)

    assert answer.status_code == 404


async def test_who_does_not_want_a_page_is_told_that_there_is_nothing(
    browser: httpx2.AsyncClient,
) -> None:
    answer = await browser.get("/nothing", headers={"accept": "application/json"})

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/workflows/wf_1", "/resume/", "/"])
async def test_nothing_can_be_sent_to_a_screen(browser: httpx2.AsyncClient, path: str) -> None:
    answer = await browser.post(path, headers=WANTS_PAGE)

    assert answer.status_code == 404


async def test_a_server_without_a_build_says_how_to_make_one(tmp_path: Path) -> None:
    app = Starlette()
    serve_editor(app, tmp_path / "nothing")
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://penstock") as client:
        answer = await client.get("/", headers=WANTS_PAGE)

    assert "dev.py setup" in answer.text
