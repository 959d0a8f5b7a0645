"""`penstock run` as a person and as a program see it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
HELLO = EXAMPLES / "01-hello" / "workflow.json"
PEOPLE = EXAMPLES / "01-hello" / "input.json"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


COUNTER = """\
schema = 1

[package]
id = "acme/counter"
version = "1.0.0"
title = "Counter"
description = "Counts its runs"
license = "MIT"

[engines]
penstock = ">=0.1,<1"
sdk = ">=0.1,<1"

[runtime]
kind = "javascript"
module = "index.js"

[capabilities]
store = { scope = "node", why = "It keeps its count." }

[[nodes]]
name = "count"
version = 1
title = "Count"
description = "Count the runs"
"""
COUNT = """\
export async function run(ctx, items) {
  const count = ((await ctx.state.get("count")) ?? 0) + 1;
  await ctx.state.set("count", count);
  return [{ json: { count } }];
}
"""


def chain(*nodes: dict[str, Any], **document: Any) -> str:
    """The text of a workflow in which a manual start and these nodes follow each other."""
    start = {"id": "start", "name": "Start", "type": "penstock/flow.manual"}
    ids = ["start", *(node["id"] for node in nodes)]
    edges = [{"from": [one, "main"], "to": [other, "main"]} for one, other in pairwise(ids)]
    value = {"format": "penstock/1", "name": "Test", "nodes": [start, *nodes], "edges": edges}
    return json.dumps(value | document)


def code(source: str, **settings: Any) -> dict[str, Any]:
    return {
        "id": "work",
        "name": "Work",
        "type": "penstock/code.javascript",
        "config": {"source": source},
        "settings": settings,
    }


def assign(value: str) -> dict[str, Any]:
    config = {"assignments": [{"name": "got", "value": value}]}
    return {"id": "set", "name": "Set it", "type": "penstock/data.set", "config": config}


def test_items_go_to_standard_output_and_everything_else_to_standard_error(penstock: Run) -> None:
    done = penstock("run", HELLO, "--input", PEOPLE)

    greetings = [item["json"]["greeting"] for item in json.loads(done.stdout)]
    assert done.returncode == 0
    assert greetings[0] == "Hello Ada Lovelace, welcome on 1 March 2026"
    assert "✓ Greet" in done.stderr
    assert "success: 2 steps" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_json_has_the_steps_with_their_outputs(penstock: Run) -> None:
    done = penstock("run", HELLO, "--input", PEOPLE, "--json")

    told = json.loads(done.stdout)
    assert (told["status"], told["error"], done.stderr) == ("success", None, "")
    assert [(step["node"], step["status"]) for step in told["steps"]] == [
        ("start", "ok"),
        ("greet", "ok"),
    ]
    assert told["steps"][1]["outputs"]["main"] == told["items"]


def test_workflow_and_input_may_come_from_standard_input(penstock: Run) -> None:
    text = chain(assign("={{ $json.a + 1 }}"))
    one = penstock("run", "-", "--json", stdin=text.replace("$json.a", "41"))
    two = penstock("run", HELLO, "--input", "-", "--json", stdin=PEOPLE.read_bytes())

    assert json.loads(one.stdout)["items"] == [{"json": {"got": 42}}]
    assert len(json.loads(two.stdout)["items"]) == 2


def test_variables_reach_expressions(penstock: Run) -> None:
    text = chain(assign("={{ $vars.city }}/{{ $vars.empty }}/{{ $vars.equation }}"))
    words = ("--var", "city=Graz", "--var", "empty=", "--var", "equation=a=b")

    done = penstock("run", "-", "--json", *words, stdin=text)

    assert json.loads(done.stdout)["items"] == [{"json": {"got": "Graz//a=b"}}]


def test_to_leaves_out_what_comes_after_the_node(penstock: Run) -> None:
    done = penstock("run", HELLO, "--to", "Start", "--json")

    assert [step["node"] for step in json.loads(done.stdout)["steps"]] == ["start"]


def test_a_pipe_gets_every_item(penstock: Run) -> None:
    text = chain(code("return Array.from({length: 45}, (_, i) => ({json: {i}}))"))

    done = penstock("run", "-", stdin=text)

    assert len(json.loads(done.stdout)) == 45


@pytest.mark.parametrize(
    ("node", "place", "message"),
    [
        pytest.param(
            assign("={{ $json.a.b.trim() }}"),
            "Set it · field assignments[0].value · item 0",
            "expression.failed",
            id="expression",
        ),
        pytest.param(
            code("const a = 1;\nthrow new TypeError('bad thing')"),
            "Work · line 2, column",
            "TypeError: bad thing",
            id="code",
        ),
        pytest.param(
            code("while (true) {}", timeout_s=0.5), "Work", "node.timed_out", id="time-out"
        ),
        pytest.param(
            code("while (true) {}", budget={"fuel": 1_000_000}),
            "Work",
            "guest.budget_exceeded",
            id="budget",
        ),
        pytest.param(
            {
                "id": "get",
                "name": "Get",
                "type": "penstock/http.request",
                "config": {"url": "http://127.0.0.1:9/"},
            },
            "Get · item 0",
            "egress.refused",
            id="http",
        ),
    ],
)
def test_a_failure_says_where_and_what(
    penstock: Run, node: dict[str, Any], place: str, message: str
) -> None:
    done = penstock("run", "-", stdin=chain(node))

    assert done.returncode == 1
    assert "failed: 2 steps" in done.stderr
    assert place in done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failed_execution_is_one_json_document_with_code_1(penstock: Run) -> None:
    done = penstock("run", "-", "--json", stdin=chain(code("throw new Error('no')")))

    told = json.loads(done.stdout)
    assert (done.returncode, told["status"]) == (1, "error")
    assert told["error"]["code"] == "guest.failed"
    assert told["error"]["line"] == 1


def test_what_code_logs_is_shown_and_cannot_steer_the_terminal(penstock: Run) -> None:
    source = "console.log('red \\u001b[31m alert'); throw new Error('title \\u001b]0;x\\u0007')"

    done = penstock("run", "-", stdin=chain(code(source)))

    assert "Work info: red \\u001b[31m alert" in done.stderr
    assert "title \\u001b]0;x\\u0007" in done.stderr
    assert "\x1b" not in done.stderr


def test_names_are_text_and_no_markup(penstock: Run) -> None:
    done = penstock("run", "-", stdin=chain(name="[red]Alert[/red] " + "long " * 30))

    assert done.stderr.startswith("[red]Alert[/red] long")
    assert max(map(len, done.stderr.splitlines())) <= 60


def test_an_execution_that_waits_says_for_what_and_ends_with_3(penstock: Run) -> None:
    node = {"id": "b", "name": "Stop here", "type": "penstock/flow.noop"}
    text = chain(node | {"settings": {"breakpoint": True}})
    done = penstock("run", "-", stdin=text)
    told = json.loads(penstock("run", "-", "--json", stdin=text).stdout)

    assert done.returncode == 3
    assert "Waits for a signal, at a breakpoint at Stop here." in done.stderr
    assert (told["status"], told["waiting_for"]) == ("waiting", "debug")
    assert [step["node"] for step in told["steps"] if step["waiting_for"]] == ["b"]


def test_two_hundred_steps_are_two_hundred_lines(penstock: Run) -> None:
    nodes = [{"id": f"n{i}", "name": f"Node {i}", "type": "penstock/flow.noop"} for i in range(199)]

    done = penstock("run", "-", stdin=chain(*nodes))

    assert done.returncode == 0
    assert len([line for line in done.stderr.splitlines() if "✓" in line]) == 200


def test_a_misspelled_setting_is_told_and_keeps_nothing_from_running(penstock: Run) -> None:
    done = penstock("run", HELLO, "--input", PEOPLE, "--json", PENSTOCK_TIMEZON="UTC")

    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "success"
    assert "PENSTOCK_TIMEZON is no setting" in done.stderr
    assert "Did you mean timezone?" in done.stderr


def test_a_run_leaves_nothing_behind_where_nothing_was_kept(penstock: Run, tmp_path: Path) -> None:
    penstock("run", HELLO, "--input", PEOPLE)

    assert list(tmp_path.iterdir()) == []


def test_state_that_a_package_keeps_is_in_the_data_directory(penstock: Run, tmp_path: Path) -> None:
    folder = tmp_path / "counter"
    folder.mkdir()
    (folder / "node.toml").write_text(COUNTER)
    (folder / "index.js").write_text(COUNT)
    text = chain({"id": "c", "name": "Count", "type": "acme/counter.count"})
    words = ("run", "-", "--json", "--package", folder)

    first, second = (
        json.loads(penstock(*words, stdin=text, PENSTOCK_DATA_DIR=str(tmp_path / "d")).stdout)
        for _ in range(2)
    )

    assert (first["items"], second["items"]) == ([{"json": {"count": 1}}], [{"json": {"count": 2}}])
    assert (tmp_path / "d" / "state").is_dir()


def test_files_of_the_result_are_saved_and_replace_nothing(penstock: Run, tmp_path: Path) -> None:
    example = EXAMPLES / "17-chart"
    words = ["run", str(example / "workflow.json"), "--input", str(example / "input.json")]

    for _ in range(2):
        done = penstock(*words, "--files", str(tmp_path / "out"))
        assert done.returncode == 0

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "orders-2.png",
        "orders.png",
    ]
    assert (tmp_path / "out" / "orders.png").read_bytes().startswith(b"\x89PNG")


def test_a_name_that_a_workflow_gives_a_file_never_leaves_the_folder(
    penstock: Run, tmp_path: Path
) -> None:
    chart = {"kind": "bar", "value_fields": "n", "title": "x"}
    source = (
        "const binary = { data: { ...$input.first().binary.chart, file_name: '../../stolen' } };"
        "return [{ json: {}, binary }];"
    )
    workflow = tmp_path / "w.json"
    workflow.write_text(
        chain(
            {"id": "chart", "name": "Chart", "type": "penstock/data.chart", "config": chart},
            {
                "id": "name",
                "name": "Name",
                "type": "penstock/code.javascript",
                "config": {"source": source},
            },
        )
    )
    (tmp_path / "in.json").write_text('[{"n": 1}]')

    penstock(
        "run",
        str(workflow),
        "--input",
        str(tmp_path / "in.json"),
        "--files",
        str(tmp_path / "a" / "b"),
    )

    assert not (tmp_path / "stolen").exists()
    assert len(list((tmp_path / "a" / "b").iterdir())) == 1
