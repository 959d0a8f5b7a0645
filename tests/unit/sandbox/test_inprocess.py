"""The in-process sandbox, where it differs from runners."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from penstock_sandbox.contract import Call
from penstock_sandbox.errors import GuestRefused
from penstock_sandbox.guests import engine
from penstock_sandbox.runners.inprocess import InProcessSandbox


def compiling(source: str) -> Call:
    header = msgspec.json.encode({"kind": "compile", "source": source})
    return Call(guest="javascript", workspace="w", header=header)


async def test_it_says_that_it_is_one_wall() -> None:
    sandbox = InProcessSandbox()

    assert [wall.name for wall in sandbox.walls() if wall.stands] == ["webassembly"]
    assert all(wall.detail for wall in sandbox.walls() if not wall.stands)
    await sandbox.close()


async def test_components_are_refused_where_more_walls_are_required() -> None:
    sandbox = InProcessSandbox(required_walls=frozenset({"process"}))
    call = Call(guest="component", workspace="w", header=b"{}", package="some")

    with pytest.raises(GuestRefused, match="process"):
        await sandbox.call(call)
    await sandbox.close()


async def test_packages_of_any_kind_are_refused_there_and_a_person_s_code_is_not() -> None:
    sandbox = InProcessSandbox(required_walls=frozenset({"process"}))
    call = compiling("return 1")

    await sandbox.call(call)
    call.stranger = True
    with pytest.raises(GuestRefused, match="process"):
        await sandbox.call(call)
    await sandbox.close()


async def test_a_guest_that_was_not_built_is_refused_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engine, "GUESTS", tmp_path)
    sandbox = InProcessSandbox(threads=1)

    with pytest.raises(GuestRefused) as refused:
        await sandbox.call(compiling("return 1"))

    assert "make setup" in refused.value.hint
    await sandbox.close()


async def test_it_can_be_closed_before_it_was_used() -> None:
    await InProcessSandbox().close()
