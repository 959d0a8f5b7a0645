"""Walls: recorded as found, compared with what is required."""

from __future__ import annotations

import mmap

import pytest

from penstock_sandbox.contract import Wall
from penstock_sandbox.walls import seccomp
from penstock_sandbox.walls.landlock import landlock_version
from penstock_sandbox.walls.walls import NAMES, allocated_bytes, missing


def wall(name: str, *, stands: bool) -> Wall:
    return Wall(name=name, stands=stands)


@pytest.mark.parametrize(
    ("required", "lacking"),
    [
        pytest.param(set[str](), [], id="none-required"),
        pytest.param({"seccomp"}, [], id="stands"),
        pytest.param({"landlock"}, ["landlock"], id="does-not-stand"),
        pytest.param({"moat", "landlock"}, ["landlock", "moat"], id="unknown"),
    ],
)
def test_walls_that_are_required_and_missing_are_named(
    required: set[str], lacking: list[str]
) -> None:
    found = [wall("seccomp", stands=True), wall("landlock", stands=False)]

    assert missing(found, frozenset(required)) == lacking


def test_every_wall_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_a_filter_without_calls_still_answers() -> None:
    program = seccomp._filter(frozenset())

    assert len(program) % 8 == 0
    assert (
        len(program) // 8 < 256
    )  # a jump reaches that far, and every one jumps over a single step


def test_what_a_process_has_allocated_is_known() -> None:
    before = allocated_bytes()
    # Not a bytearray: that may come from memory which was freed and never given back.
    ballast = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

    grown = allocated_bytes() - before
    ballast.close()

    assert grown >= (64 << 20) - (1 << 20)


def test_the_kernel_is_asked_for_its_landlock() -> None:
    assert landlock_version() >= 0
