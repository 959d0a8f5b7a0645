"""Credentials and keys on the command line: what is secret goes in and never comes out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SECRET = "canary-cli-6611"


def add(penstock: Run, *more: str) -> str:
    words = ("credentials", "add", "http_bearer", "--as", "cr_1", "--name", "Acme")
    done = penstock(
        *words,
        "--host",
        "https://api.example.com",
        "--fields",
        "-",
        *more,
        stdin=json.dumps({"token": SECRET}),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_a_credential_is_added_listed_shown_and_removed(penstock: Run) -> None:
    told = [add(penstock, "--rotate-days", "30")]

    listed = penstock("credentials", "list")
    shown = penstock("credentials", "show", "cr_1", "--json")
    overdue = penstock("credentials", "list", "--overdue")
    types = penstock("credentials", "types")
    removed = penstock("credentials", "remove", "cr_1")
    gone = penstock("credentials", "show", "cr_1")

    credential = json.loads(shown.stdout)["credential"]
    assert (credential["name"], credential["filled"]) == ("Acme", ["token"])
    assert credential["due_ms"] > 0
    assert "cr_1" in listed.stdout
    assert "no credential that is overdue" in overdue.stdout
    assert "http_oauth2" in types.stdout
    assert removed.returncode == 0
    assert gone.returncode == 2
    assert "credential.not_found" in gone.stderr or "no credential" in gone.stderr
    told += [one.stdout + one.stderr for one in (listed, shown, removed, gone)]
    assert SECRET not in "".join(told)


def test_what_cannot_be_kept_is_refused_without_repeating_it(penstock: Run) -> None:
    for words, stdin in (
        (("http_bearer", "--fields", "-"), f'{{"token": "{SECRET}"}}'),
        (("http_bearer", "--fields", "-"), f"not json {SECRET}"),
        (("nothing", "--fields", "-"), f'{{"token": "{SECRET}"}}'),
        (("http_bearer", "--field", SECRET), ""),
    ):
        done = penstock("credentials", "add", *words, stdin=stdin)
        assert done.returncode == 2
        assert SECRET not in done.stdout + done.stderr


def test_keys_are_changed_and_everything_can_still_be_used(
    penstock: Run, environment: dict[str, str]
) -> None:
    add(penstock)
    key_file = Path(environment["XDG_DATA_HOME"]) / "penstock" / "secret.key"
    old = key_file.read_bytes()
    before = json.loads(penstock("keys", "status", "--json").stdout)

    rotated = penstock("keys", "rotate")

    after = json.loads(penstock("keys", "status", "--json").stdout)
    assert rotated.returncode == 0, rotated.stderr
    assert key_file.read_bytes() != old
    assert (before["generation"], after["generation"]) == (1, 2)
    assert before["root"] != after["root"]
    assert after["roots"] == [after["root"]]
    assert not after["unfinished"]
    assert penstock("credentials", "show", "cr_1").returncode == 0
    key_file.write_bytes(old)
    refused = penstock("credentials", "list")
    assert refused.returncode == 2
    assert before["root"] in refused.stderr
    assert after["root"] in refused.stderr


def test_a_key_from_a_file_takes_over_in_two_steps(penstock: Run, tmp_path: Path) -> None:
    old, new = "11" * 32, "22" * 32
    file = tmp_path / "new.key"
    file.write_text(f"{new}\n")
    penstock("credentials", "list", PENSTOCK_SECRET_KEY=old)

    refused = penstock("keys", "rotate", PENSTOCK_SECRET_KEY=old)
    words = ("keys", "rotate", "--new-key-file", file)
    begun = penstock(*words, PENSTOCK_SECRET_KEY=old)
    ended = penstock("keys", "rotate", "--drop-old", PENSTOCK_SECRET_KEY=new)
    with_old = penstock("keys", "status", PENSTOCK_SECRET_KEY=old)

    assert refused.returncode == 2
    assert "--new-key-file" in refused.stderr
    assert begun.returncode == 0, begun.stderr
    assert "--drop-old" in begun.stdout
    assert ended.returncode == 0, ended.stderr
    assert with_old.returncode == 2
    assert penstock("keys", "status", PENSTOCK_SECRET_KEY=new).returncode == 0
