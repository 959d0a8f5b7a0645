"""Sandboxes that stay open for all programs of a file, with a secret close by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from tests.support.hostile import SECRET, SECRET_NAME, Arena, family, processes_of

from penstock_sandbox.sandbox import Mode, open_sandbox


@pytest.fixture(scope="module")
def secret() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET_NAME, SECRET)
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runners(secret: None) -> AsyncIterator[Arena]:
    async for arena in _opened("runners"):
        yield arena


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def inprocess(secret: None) -> AsyncIterator[Arena]:
    async for arena in _opened("inprocess"):
        yield arena


async def _opened(mode: Mode) -> AsyncIterator[Arena]:
    sandbox = await open_sandbox(mode)
    yield Arena(sandbox)
    own = processes_of(sandbox)
    await sandbox.close()
    assert not family() & own
