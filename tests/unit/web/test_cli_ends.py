"""However a command ends, it is told in a sentence or as JSON, and never as a traceback."""

from __future__ import annotations

import errno
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from penstock_kernel.store.sql.database import StoreUnavailable
from penstock_sdk import PenstockError
from penstock_web import cli
from penstock_web.cli_parts import end
from penstock_web.commands.terminal import print_json, print_text

End = Callable[..., tuple[int, str, str]]
DEEP = '{"format": "penstock/1", "name": ' + "[" * 50_000 + "]" * 50_000 + "}"


@pytest.fixture
def penstock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> End:
    """The program, in this process: its exit code and what it wrote."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PENSTOCK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PENSTOCK_DISPATCH", "db")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))

    def run(*words: str) -> tuple[int, str, str]:
        code = cli._end_of(list(words))
        assert isinstance(code, int)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def refused(penstock: End, *words: str) -> Any:
    """The error of a command, as JSON; and that a person is told the same."""
    code, out, err = penstock(*words, "--json")
    assert (code, err) == (2, "")
    told = json.loads(out)["error"]
    code, out, err = penstock(*words)
    assert (code, out) == (2, "")
    assert told["message"] in err
    return told


def _file(data: Path) -> None:
    data.write_text("")


def _folder_as_database(data: Path) -> None:
    (data / "penstock.db").mkdir(parents=True)


def _folder_as_key(data: Path) -> None:
    (data / "secret.key").mkdir(parents=True)


def _short_key(data: Path) -> None:
    data.mkdir()
    (data / "secret.key").write_text("short")


def _no_database(data: Path) -> None:
    data.mkdir()
    (data / "penstock.db").write_text("this is no database, however one looks at it")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_file, "Not a directory"),
        (_folder_as_database, "unable to open"),
        (_folder_as_key, "secret.key cannot be used: Is a directory."),
        (_no_database, "not a database"),
        (_short_key, "does not hold a key"),
    ],
)
def test_a_data_directory_that_cannot_be_used_is_told_by_commands_and_by_doctor(
    penstock: End, tmp_path: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(tmp_path / "data")

    told = refused(penstock, "queue")
    code, out, _ = penstock("doctor", "--json")

    assert message in told["message"]
    assert told["hint"]
    assert code == 1
    assert "data" in " ".join(json.loads(out)["problems"])


def test_a_folder_that_cannot_hold_the_cache_of_guests_is_a_problem(
    penstock: End, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PENSTOCK_CACHE_DIR", str(tmp_path / "file"))

    code, out, _ = penstock("doctor", "--json")

    assert code == 1
    assert "PENSTOCK_CACHE_DIR" in json.loads(out)["problems"][0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nodes", "--example"), "--example needs the name of a node type."),
        (("nodes", "none/such", "--example"), "There is no node type 'none/such'."),
        (("run", "a\udcff.json"), "Argument 2 is not UTF-8: 'a\\udcff.json'."),
        (("credentials", "add", "http_bearer", "--as", "cr acme/ü"), "The id 'cr acme/ü' cannot"),
        (
            ("credentials", "add", "http_bearer", "--as", "a", "--field", "token=x"),
            "The field 'token' is secret",
        ),
    ],
)
def test_what_cannot_be_done_is_told(penstock: End, words: tuple[str, ...], message: str) -> None:
    assert message in refused(penstock, *words)["message"]


def test_a_field_that_is_no_secret_is_taken(penstock: End) -> None:
    words = ("credentials", "add", "http_basic", "--as", "a", "--field", "user=ada")

    code, _, err = penstock(*words, "--reference", "password=vault:kv/a#b")

    assert "secret, and a command line" not in err
    assert code == 2  # the operator has listed no reference


@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
@pytest.mark.parametrize("words", [("show",), ("activate",)])
def test_a_number_that_no_version_has_is_refused(
    penstock: End, words: tuple[str, ...], number: str
) -> None:
    code, out, err = penstock("workflow", *words, "x", "--version", number)

    assert (code, out) == (2, "")
    assert "'--version'" in err
    assert "Traceback" not in err


def test_a_document_that_is_nested_too_deep_is_told_so(penstock: End, tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text(DEEP)

    code, out, _ = penstock("validate", "deep.json", "--json")

    assert code == 2
    assert [one["code"] for one in json.loads(out)["deep.json"]] == ["document.too_deep"]


def ended(command: Callable[..., int], **named: object) -> int:
    with pytest.raises(typer.Exit) as exited:
        end(command, **named)
    return exited.value.exit_code


def raises(error: Exception) -> Callable[..., int]:
    def command(**_: object) -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.EACCES, "Permission denied", "/srv/x"), "/srv/x cannot be used: Permission"),
        (OSError(errno.ENOSPC, "No space left on device"), "The system refuses: No space"),
        (TimeoutError(), "The system refuses: TimeoutError()."),
    ],
)
def test_what_the_system_refuses_is_an_error_like_others(
    capsys: pytest.CaptureFixture[str], error: OSError, message: str
) -> None:
    assert ended(raises(error), as_json=True) == 2
    told = json.loads(capsys.readouterr().out)["error"]

    assert told["code"] == "command.refused"
    assert told["message"].startswith(message)
    assert "data_dir" in told["hint"]


def test_whoever_read_the_output_may_go_away(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(raises(BrokenPipeError(errno.EPIPE, "Broken pipe"))) == 141
    assert capsys.readouterr() == ("", "")


def test_whoever_ends_does_not_promise_to_try_again(capsys: pytest.CaptureFixture[str]) -> None:
    error = StoreUnavailable("Gone.", hint="Penstock tries again; `penstock doctor` looks.")

    assert ended(raises(error)) == 2
    assert capsys.readouterr().err.splitlines()[1] == "  Try again later; `penstock doctor` looks."


def is_full(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_error_that_cannot_be_written_keeps_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.stderr, "write", is_full)

    assert ended(raises(PenstockError("It broke."))) == 2


def test_an_error_of_a_full_output_is_told_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock_web.commands.terminal._write", is_full)

    assert ended(raises(PenstockError("It broke.")), as_json=True) == 2
    assert capsys.readouterr().err.startswith("It broke.")


def test_halves_of_characters_are_json_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "a\udcff"})
    print_text("a\udcff")

    out = capsys.readouterr().out
    assert json.loads(out[: out.index("}") + 1]) == {"name": "a\udcff"}
    assert out.endswith("a\\udcff\n")
