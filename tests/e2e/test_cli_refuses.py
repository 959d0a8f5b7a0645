"""What the command line cannot do is told in a sentence, as JSON where that was asked, with code 2."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
HELLO = EXAMPLES / "01-hello" / "workflow.json"
PEOPLE = EXAMPLES / "01-hello" / "input.json"
BAD = {
    "empty.json": b"",
    "utf16.json": '{"format": "penstock/1"}'.encode("utf-16"),
    "latin.json": b'{"format": "penstock/1", "name": "caf\xe9"}',
    "broken.json": b'{"format": "penstock/1",',
    "list.json": b"[]",
    "huge.json": b'{"name": "' + b"x" * 20_000_001,
    "number.json": b"[1]",
    "nested.json": b'[[{"a": 1}]]',
    "nan.json": b'[{"a": NaN}]',
    "infinite.json": b'[{"a": 1e999}]',
    "binary.json": b'[{"json": {}, "binary": 5}]',
}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    for name, data in BAD.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.usefixtures("bad")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["missing.json"], "No such file", id="missing"),
        pytest.param(["lost.json"], "Did you mean 'list.json'?", id="nearly-right-name"),
        pytest.param(["folder"], "is a folder", id="folder"),
        pytest.param(["empty.json"], "not JSON", id="empty"),
        pytest.param(["utf16.json"], "not UTF-8", id="utf-16"),
        pytest.param(["latin.json"], "not UTF-8", id="latin-1"),
        pytest.param(["broken.json"], "not JSON", id="broken"),
        pytest.param(["list.json"], "Expected `object`", id="no-object"),
        pytest.param(["huge.json"], "20,000,000 are allowed", id="huge"),
        pytest.param([HELLO, "--input", "number.json"], "Item 0", id="item-is-a-number"),
        pytest.param([HELLO, "--input", "nested.json"], "Item 0", id="item-is-an-array"),
        pytest.param([HELLO, "--input", "nan.json"], "as JSON", id="nan"),
        pytest.param([HELLO, "--input", "infinite.json"], "out of range", id="infinite"),
        pytest.param([HELLO, "--input", "binary.json"], "not an item", id="binary-of-a-wrong-type"),
        pytest.param([HELLO, "--input", "missing.json"], "No such file", id="missing-input"),
        pytest.param([HELLO, "--to", "gret"], "Did you mean 'Greet'?", id="unknown-target"),
        pytest.param([HELLO, "--start", "x"], "Its nodes: Greet, Start.", id="unknown-start"),
        pytest.param([HELLO, "--var", "novalue"], "NAME=VALUE", id="variable-without-value"),
        pytest.param(["-", "--input", "-"], "Only one", id="standard-input-twice"),
        pytest.param([HELLO, "--watch", "--input", "-"], "--watch needs", id="watch-a-pipe"),
        pytest.param(["missing.json", "--watch"], "No such file", id="watch-nothing"),
    ],
)
def test_a_run_that_cannot_be_is_one_json_document(
    penstock: Run, words: list[str], message: str
) -> None:
    done = penstock("run", *words, "--json")

    told = json.loads(done.stdout)
    assert (done.returncode, told["status"], done.stderr) == (2, "invalid", "")
    assert message in json.dumps(told, ensure_ascii=False)


def test_a_person_reads_what_happened_and_what_to_do(penstock: Run) -> None:
    done = penstock("run", "missing.json")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("missing.json cannot be read: No such file or directory.")
    assert done.stderr.endswith("command.refused\n")


def test_findings_of_a_run_are_all_told(penstock: Run) -> None:
    document = json.loads(HELLO.read_text())
    document["nodes"][0]["type"] = "penstock/flow.manul"
    document["edges"][0]["to"] = ["nowhere", "main"]

    done = penstock("run", "-", stdin=json.dumps(document))

    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean 'penstock/flow.manual'?" in done.stderr
    assert "nowhere" in done.stderr


@pytest.mark.usefixtures("bad")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["run"], id="no-file"),
        pytest.param(["run", HELLO, "--bad"], id="unknown-option"),
        pytest.param(["frob"], id="unknown-command"),
        pytest.param(["run", HELLO, "--package", "missing"], id="package-missing"),
        pytest.param(["run", HELLO, "--package", "list.json"], id="package-is-a-file"),
    ],
)
def test_options_that_are_none_end_with_2(penstock: Run, words: list[str]) -> None:
    done = penstock(*words)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("bad")
@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_package_that_was_left_out_is_told(penstock: Run, command: str) -> None:
    done = penstock(command, HELLO, "--package", "folder")

    assert "The package in folder was left out." in done.stderr


def test_a_wrong_setting_is_told_with_what_is_expected(penstock: Run) -> None:
    done = penstock("run", HELLO, "--json", PENSTOCK_RUNNERS="many", PENSTOCK_SANDBOX="none")

    told = json.loads(done.stdout)["error"]
    assert (done.returncode, told["code"]) == (2, "settings.invalid")
    assert "PENSTOCK_RUNNERS" in told["message"]
    assert "PENSTOCK_SANDBOX" in told["message"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(0, 0, id="input"),
        pytest.param(1, 0, id="output"),
        pytest.param(2, 0, id="errors"),
    ],
)
def test_a_standard_stream_that_is_closed_changes_nothing_else(
    environment: dict[str, str], program: Path, number: int, code: int
) -> None:
    words = f"exec '{program}' run '{HELLO}' --input '{PEOPLE}' {number}>&-"

    done = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", words], env=environment, capture_output=True, timeout=60, check=False
    )

    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert (b"Ada Lovelace" in done.stdout) == (number != 1)
    assert (b"success" in done.stderr) == (number != 2)


def test_closed_standard_input_is_told_where_it_is_needed(
    environment: dict[str, str], program: Path
) -> None:
    done = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", f"exec '{program}' run - 0<&-"],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert b"There is no standard input" in done.stderr


@pytest.mark.parametrize("word", ["nodes", "--help", "--version"])
def test_a_reader_that_goes_away_ends_the_program_without_a_word(
    environment: dict[str, str], program: Path, word: str
) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(  # noqa: S603
        [program, word],
        env=environment,
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="writes to a device of Linux")
@pytest.mark.parametrize("word", ["nodes", "--help"])
def test_an_output_without_room_is_told_with_2(
    environment: dict[str, str], program: Path, word: str
) -> None:
    with Path("/dev/full").open("wb") as full:
        done, silent = (
            subprocess.run(  # noqa: S603
                [program, word],
                env=environment,
                stdout=full,
                stderr=errors,
                timeout=60,
                check=False,
            )
            for errors in (subprocess.PIPE, full)
        )

    assert (done.returncode, silent.returncode) == (2, 2)
    assert done.stderr.startswith(b"The output cannot be written: No space left on device.")


def test_a_reader_of_the_steps_that_goes_away_ends_the_program_too(
    environment: dict[str, str], program: Path
) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(  # noqa: S603
        [program, "run", HELLO, "--input", PEOPLE],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=writing,
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stdout) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_told(environment: dict[str, str], program: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603
            [program, "nodes"],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )

    assert done.returncode == 2
    assert b"The output cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr
