"""What is canceled has ended, wherever it was in that moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.test_serving import SET, chain, ended, opened, until, waiting
from tests.support.databases import KINDS, url_of

from penstock_kernel.kernel import Kernel

PATIENCE_S = 30


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return url_of(request.param, tmp_path)


async def test_an_execution_is_canceled_wherever_it_is(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as kernel, kernel.serve() as serving:
        running = await serving.accept(kernel.record(chain(SET, waiting(1.9), SET)))
        laid_down = await serving.accept(kernel.record(chain(SET, waiting(600), SET)))
        for one in (running, laid_down):
            await until(kernel, lambda record: record.status == "waiting", one.execution)

        assert await kernel.cancel(running.execution)
        assert await kernel.cancel(laid_down.execution)

        for one in (running, laid_down):
            assert (await until(kernel, ended, one.execution)).status == "canceled"
        assert not await kernel.cancel(laid_down.execution)


async def test_what_is_canceled_while_it_is_put_down_has_ended(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as kernel, kernel.serve() as serving:
        accepted = await serving.accept(kernel.record(chain(SET, waiting(600), SET)))
        # It has decided to be put down, and nobody can talk it out of that.
        await turns(lambda: is_put_down(kernel, accepted.execution))

        assert await kernel.cancel(accepted.execution)
        assert (await until(kernel, ended, accepted.execution)).status == "canceled"


def is_put_down(kernel: Kernel, execution: str) -> bool:
    drive = kernel.executions.drive_of(execution)
    return drive is not None and drive.scene.rest.put_down


async def turns(holds: Callable[[], bool]) -> None:
    """Wait until something holds, looking at each turn of the loop."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if holds():
                return
            await asyncio.sleep(0)
