"""Watching files, with a person who edits them while the watcher waits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from penstock_sdk import PenstockError
from penstock_web.commands.watching import watch


class Done(Exception):
    """The person has had enough."""


def person(*edits: Callable[[], object]) -> Callable[[float], None]:
    """Each wait of the watcher is one edit."""
    left = list(edits)

    def wait(_seconds: float) -> None:
        if not left:
            raise Done
        left.pop(0)()

    return wait


def watched(file: Path, *edits: Callable[[], object]) -> list[str]:
    """What the work saw, each time it was done."""
    seen: list[str] = []
    with pytest.raises(Done):
        watch([file], lambda: seen.append(file.read_text()), wait=person(*edits))
    return seen


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "workflow.json"
    path.write_text("one")
    return path


def test_it_works_at_once_and_after_each_change(file: Path) -> None:
    nothing = file.stat

    seen = watched(file, nothing, lambda: file.write_text("two!"), nothing)

    assert seen == ["one", "two!"]


def test_a_new_file_in_the_place_of_the_old_one_is_a_change(file: Path) -> None:
    def save() -> None:
        other = file.with_suffix(".new")
        other.write_text("new")
        other.replace(file)

    assert watched(file, save) == ["one", "new"]


def test_a_file_that_is_gone_is_waited_for(file: Path) -> None:
    seen = watched(file, file.unlink, file.exists, lambda: file.write_text("back"))

    assert seen == ["one", "back"]


def test_a_change_during_the_work_counts(file: Path) -> None:
    seen: list[str] = []

    def work() -> None:
        seen.append(file.read_text())
        if len(seen) == 1:
            file.write_text("meanwhile")

    with pytest.raises(Done):
        watch([file], work, wait=person())

    assert seen == ["one", "meanwhile"]


def test_a_failure_is_shown_and_waited_out(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        if file.read_text() == "one":
            message = "Not yet."
            raise PenstockError(message)

    with pytest.raises(Done):
        watch([file], work, wait=person(lambda: file.write_text("better")))

    assert capsys.readouterr().err.count("Not yet.") == 1
