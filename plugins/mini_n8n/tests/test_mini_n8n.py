"""Workflows of Mini-N8N: what becomes of them, and that they run."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel import Kernel, Settings
from penstock_kernel.workflow.document import parse
from penstock_kernel.workflow.validate import validate
from penstock_node_mini_n8n.importer import MiniN8nImporter
from penstock_node_mini_n8n.templates import Reference, Templates, steps
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Incoming, Outgoing
from penstock_sdk import Item, NodeFailed
from penstock_sdk.importing import Imported

EXAMPLE = Path(__file__).parent / "workflows" / "data_enrichment.json"
PERSON = {
    "name": "Leanne",
    "email": "leanne@mail.example",
    "company": {"name": "Romaguera"},
}


class RecordedEgress(Egress):
    """Answers with what was recorded; nothing leaves the machine."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        super().__init__(Allowed.parse(()))
        self.answers = answers
        self.sent: list[Outgoing] = []

    async def request(self, outgoing: Outgoing, **_: Any) -> Incoming:
        self.sent.append(outgoing)
        return Incoming(
            status=200,
            reason="OK",
            header_list=[("content-type", "application/json")],
            content=json.dumps(self.answers[outgoing.url]).encode(),
            url=outgoing.url,
        )


def imported(*nodes: dict[str, Any], links: Sequence[Any] = ()) -> Imported:
    """Import nodes; a link is `from-to` or a whole connection."""
    connections = [
        dict(zip(("from_node", "to_node"), link.split(">"), strict=True))
        if isinstance(link, str)
        else link
        for link in links
    ]
    (found,) = MiniN8nImporter().convert(
        {"name": "Test", "nodes": list(nodes), "connections": connections}
    )
    return found


def node(id_: str, type_: str, **config: Any) -> dict[str, Any]:
    return {"id": id_, "type": type_, "config": config}


class Runner:
    """A kernel whose requests are answered from a record."""

    def __init__(self, kernel: Kernel, egress: RecordedEgress) -> None:
        self.kernel, self.egress = kernel, egress

    async def run(
        self,
        found: Imported,
        given: dict[str, Any] | None = None,
        mocks: Mapping[str, Any] | None = None,
    ) -> dict[str, list[dict[str, Any]]]:
        """What each node gave at its last run, at its first port."""
        document = parse(found.document)
        findings = [str(one) for one in validate(document, self.kernel.plugins)]
        if findings:
            raise AssertionError(findings)
        execution = await self.kernel.execute(
            document,
            [Item(given or {})],
            mocks={key: [Item(one) for one in items] for key, items in (mocks or {}).items()},
        )
        if execution.status != "success":
            message = f"{execution.status}: {execution.error}"
            raise AssertionError(message)
        return {
            one.id: [item.json for item in next(iter(runs[-1].values())).items]
            for one in document.nodes
            if (runs := execution.outputs(one.id)) and runs[-1]
        }


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[Runner]:
    """Runs imported workflows offline."""
    egress = RecordedEgress({"https://people.example/persons/7": PERSON})
    settings = Settings(data_dir=tmp_path, sandbox="inprocess")
    async with Kernel.open(settings, egress=egress) as kernel:
        yield Runner(kernel, egress)


async def test_the_data_enrichment_example_runs(runner: Runner) -> None:
    (found,) = MiniN8nImporter().convert(json.loads(EXAMPLE.read_text()))

    results = await runner.run(found, {"person": 7}, {"llm-1": [{"output": "A fine person."}]})

    assert [sent.url for sent in runner.egress.sent] == ["https://people.example/persons/7"]
    assert results["conditional-1"] == [{"result": True, "output": True, "branch": "true"}]
    expected = {"llm-1.output": "A fine person.", "conditional-1.result": True}
    assert results["output-1"] == [{"output": expected, "result": expected, "format": "json"}]


async def test_the_node_that_asks_a_model_is_kept_and_told() -> None:
    source = json.loads(EXAMPLE.read_text())

    (found,) = MiniN8nImporter().convert(source)

    kept = parse(found.document).nodes[2]
    assert kept.type == "penstock/core.placeholder"
    assert kept.config["parameters"] == source["nodes"][1]["config"]
    assert [(remark.code, remark.node) for remark in found.remarks] == [
        ("import.unknown_node", "llm-1")
    ]
    assert not found.ready
    assert found.score == 0.75


@pytest.mark.parametrize(
    ("config", "given", "expected"),
    [
        pytest.param({}, {"value": "Rome"}, "Rome", id="text"),
        pytest.param({"input_key": "a-b"}, {"a-b": 5}, "5", id="number-as-text"),
        pytest.param({"type": "number"}, {"value": "5.5"}, 5.5, id="text-as-number"),
        pytest.param({"type": "boolean"}, {"value": "true"}, True, id="text-as-boolean"),
        pytest.param({"type": "json"}, {"value": {"a": [1]}}, {"a": [1]}, id="json"),
        pytest.param({"value": "fixed"}, {"value": "x"}, "fixed", id="fixed"),
        pytest.param({"value": "={{ 1 + 1 }}"}, {}, "={{ 1 + 1 }}", id="no-expression"),
        pytest.param({"default": "}}"}, {}, "}}", id="default"),
        pytest.param({"default": "x"}, {"value": "y"}, "y", id="default-not-needed"),
    ],
)
async def test_an_input_is_read_and_converted(
    runner: Runner, config: dict[str, Any], given: dict[str, Any], expected: Any
) -> None:
    results = await runner.run(imported(node("in", "user_input", **config)), given)

    assert results["in"] == [{"output": expected, "value": expected}]


async def test_what_the_inputs_ask_for_is_a_typed_form(runner: Runner) -> None:
    found = imported(
        node("who", "user_input", input_key="who", prompt="Who is it?"),
        node("age", "user_input", input_key="age", type="number", default=7),
        node("same", "user_input", input_key="who"),
    )

    start = parse(found.document).nodes[0]
    assert start.type == "penstock/flow.input"
    assert start.config["values"] == [
        {"name": "who", "type": "string", "required": True, "description": "Who is it?"},
        {"name": "age", "type": "number", "required": False, "default": 7},
    ]
    assert (await runner.run(found, {"who": "Ada"}))["age"] == [{"output": 7, "value": 7}]
    with pytest.raises(AssertionError, match="'who' is missing"):
        await runner.run(found, {})


@pytest.mark.parametrize(
    ("kind", "one", "other", "expected"),
    [
        pytest.param("equals", "{{n}}", "5", True, id="number-and-text"),
        pytest.param("equals", "{{t}}", "abc", True, id="texts"),
        pytest.param("equals", "{{yes}}", "True", True, id="boolean-and-text"),
        pytest.param("not_equals", "{{t}}", "abd", True, id="not-equal"),
        pytest.param("greater_than", "{{n}}", "4.5", True, id="greater"),
        pytest.param("greater_than", "{{t}}", "1", False, id="text-is-not-greater"),
        pytest.param("less_or_equal", "{{n}}", "5", True, id="less-or-equal"),
        pytest.param("contains", "x {{t}} y", "x abc", True, id="contains-with-text-around"),
        pytest.param("not_contains", "{{gone}}", "x", True, id="missing-contains-nothing"),
        pytest.param("starts_with", "{{t}}", "a", True, id="starts"),
        pytest.param("ends_with", "{{t}}", "}}", False, id="ends-with-brackets"),
        pytest.param("is_empty", "{{gone}}", "", True, id="missing-is-empty"),
        pytest.param("is_empty", "{{none}}", "", True, id="empty-list"),
        pytest.param("is_not_empty", "{{zero}}", "", True, id="zero-is-not-empty"),
    ],
)
async def test_conditions_compare_as_there(
    runner: Runner, kind: str, one: str, other: str, expected: bool
) -> None:
    condition = {"condition_type": kind, "value1": one, "value2": other}
    found = imported(node("if", "conditional_logic", conditions=[condition]))
    given = {"n": 5, "t": "abc", "yes": True, "none": [], "zero": 0}

    results = await runner.run(found, given)

    assert results["if"][0]["result"] is expected


@pytest.mark.parametrize(
    ("mode", "expected"), [pytest.param("AND", False, id="and"), pytest.param("or", True, id="or")]
)
async def test_several_conditions_are_joined(runner: Runner, mode: str, expected: bool) -> None:
    rows = [{"condition_type": "equals", "value1": "1", "value2": other} for other in ("1", "2")]

    results = await runner.run(
        imported(node("if", "conditional_logic", conditions=rows, logic_mode=mode))
    )

    assert results["if"] == [
        {"result": expected, "output": expected, "branch": str(expected).lower()}
    ]


async def test_a_branch_that_is_connected_is_taken_alone(runner: Runner) -> None:
    found = imported(
        node("if", "conditional_logic", condition_type="equals", value1="{{n}}", value2="1"),
        node("yes", "user_input", value="y"),
        node("no", "user_input", value="n"),
        links=[
            {"from_node": "if", "to_node": "yes", "from_output": "true"},
            {"from_node": "if", "to_node": "no", "from_output": "false"},
        ],
    )

    results = await runner.run(found, {"n": 1})

    assert results["yes"] == [{"output": "y", "value": "y"}]
    assert "no" not in results


async def test_a_node_waits_for_all_that_lead_to_it_and_runs_once(runner: Runner) -> None:
    names = [f"in{number}" for number in range(12)]
    found = imported(
        *(node(name, "user_input", value=name) for name in names),
        node("out", "output", fields=["in0.output", "in11.output"], format="list"),
        links=[f"{name}>out" for name in names],
    )

    results = await runner.run(found)

    assert results["out"] == [
        {"output": ["in0", "in11"], "result": ["in0", "in11"], "format": "list"}
    ]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            {}, {"input": "Rome", "in": {"output": "Rome", "value": "Rome"}}, id="everything"
        ),
        pytest.param({"template": "To {{in.output}}!"}, "To Rome!", id="template"),
        pytest.param({"fields": ["in.value"], "format": "text"}, "in.value: Rome", id="text"),
        pytest.param({"fields": ["gone.x", "input"]}, {"input": "Rome"}, id="fields"),
        pytest.param({"template": "{{in.value}}", "format": "list"}, ["Rome"], id="list"),
    ],
)
async def test_an_output_is_shaped(runner: Runner, config: dict[str, Any], expected: Any) -> None:
    found = imported(
        node("in", "user_input", value="Rome"), node("out", "output", **config), links=["in>out"]
    )

    results = await runner.run(found)

    assert results["out"][0]["output"] == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("plain", "plain", id="plain"),
        pytest.param("=x }}", '={{ "=x \\u007d\\u007d" }}', id="looks-like-an-expression"),
        pytest.param("{{a.b}}", '={{ $("A").first().json.b }}', id="node"),
        pytest.param("x {{ a.b-c.0 }}", '=x {{ $("A").first().json["b-c"][0] }}', id="path"),
        pytest.param("{{topic}}", '={{ $("Start").first().json.topic }}', id="input"),
    ],
)
def test_templates_become_expressions(template: str, expected: str) -> None:
    templates = Templates({"a": Reference(name="A", keys=steps)}, "Start")

    assert templates.text(template) == expected
    assert templates.problems == []


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{{ a | upper }}", id="filter"),
        pytest.param("{{ require('fs') }}", id="call"),
        pytest.param("{% for x in y %}{% endfor %}", id="block"),
        pytest.param("{{ constructor.constructor('x')() }}", id="escape"),
    ],
)
def test_a_template_that_is_more_than_a_path_is_never_carried_over(template: str) -> None:
    templates = Templates({}, "Start")

    text = templates.text(template)

    assert templates.problems != []
    assert "require" not in text
    assert "constructor" not in text


def test_the_body_and_the_headers_of_a_request_are_carried_over() -> None:
    found = imported(
        node(
            "http",
            "http_request",
            method="post",
            url="https://x.example",
            headers={"X-Own": "{{key}}"},
            body={"n": 5, "who": "{{who}}"},
            retries=2,
        )
    )

    (_, request) = parse(found.document).nodes
    assert request.config["method"] == "POST"
    assert request.config["headers"] == [
        {"name": "X-Own", "value": '={{ $("Start").first().json.key }}'}
    ]
    assert request.config["json_body"] == {"n": "5", "who": '={{ $("Start").first().json.who }}'}
    assert request.settings.retry is not None
    assert request.settings.retry.max_attempts == 3


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("text", id="text"),
        pytest.param({"nodes": [], "connections": []}, id="empty"),
        pytest.param(
            {"nodes": [{"type": "n8n-nodes-base.set", "parameters": {}}], "connections": {}},
            id="one-of-n8n",
        ),
        pytest.param({"nodes": [5], "connections": []}, id="no-nodes"),
    ],
)
def test_what_is_no_workflow_of_it_is_not_known(data: Any) -> None:
    assert not MiniN8nImporter().matches(data)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        pytest.param([node("a b", "output")], "cannot be the id", id="id"),
        pytest.param([node("a", "output")] * 2, "twice", id="same-id"),
        pytest.param([node(f"n{n}", "output") for n in range(2_001)], "2,001 nodes", id="many"),
        pytest.param([node("a", "output", x=json.loads("[" * 99 + "]" * 99))], "deep", id="deep"),
    ],
)
def test_hostile_files_are_refused(nodes: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(NodeFailed, match=message):
        imported(*nodes)


async def test_a_circle_is_found_when_the_document_is_checked(runner: Runner) -> None:
    found = imported(node("a", "output"), node("b", "output"), links=["a>b", "b>a"])

    findings = validate(parse(found.document), runner.kernel.plugins)

    assert "edge.cycle" in [finding.code for finding in findings]


def test_names_that_are_there_twice_become_unique() -> None:
    found = imported(
        {**node("a", "output"), "name": "Same"}, {**node("b", "output"), "name": "Same"}
    )

    names = [one.name for one in parse(found.document).nodes]
    assert names == ["Start", "Same", "Same (b)"]
