"""`penstock import` as a person runs it."""

import json
import subprocess
import sys
from pathlib import Path

PENSTOCK = [sys.executable, "-c", "from penstock_web.cli import main; main()"]


def penstock(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [*PENSTOCK, *words], input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_curl_command_becomes_a_workflow_that_validates(tmp_path: Path) -> None:
    command = "curl https://api.example.com/v1 -H 'X-Own: 1' --json '{\"a\": 1}'"

    imported = penstock("import", "curl", "-", stdin=command)
    path = tmp_path / "request.json"
    path.write_text(imported.stdout)

    request = json.loads(imported.stdout)["nodes"][0]
    assert request["config"]["json_body"] == {"a": 1}
    assert penstock("validate", str(path)).returncode == 0


def test_what_an_importer_does_not_know_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text("wget x")

    refused = penstock("import", "curl", str(path))

    assert refused.returncode == 2
    assert "nothing that the importer 'curl' knows" in refused.stderr


def test_an_importer_that_nobody_brings_is_named_with_those_there_are() -> None:
    refused = penstock("import", "nope", "-", stdin="{}")

    assert refused.returncode == 2
    assert "There are: curl" in refused.stderr
