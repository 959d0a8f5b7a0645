"""Checking documents against node types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel.workflow.document import parse
from penstock_kernel.workflow.findings import DocumentInvalid, Finding
from penstock_kernel.workflow.validate import check, graph_of, validate
from penstock_sdk import Field, NodeFailed, Port, Ports
from penstock_sdk.schema import fields_from

VECTORS = Path(__file__).parents[2] / "vectors"
DATA: dict[str, Any] = json.loads((VECTORS / "validate.json").read_text())


@dataclass(frozen=True)
class ListedType:
    """A node type as the vectors describe it."""

    entry: Mapping[str, Any]

    @property
    def fields(self) -> Mapping[str, Field]:
        return fields_from(self.entry["config"])

    @property
    def config_schema(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = self.entry["config"]
        return config

    @property
    def loop(self) -> bool:
        return bool(self.entry["loop"])

    @property
    def container(self) -> bool:
        return bool(self.entry.get("container"))

    def ports(self, config: Mapping[str, Any]) -> Ports:
        return Ports(
            inputs=tuple(Port(**port) for port in self.entry["inputs"]),
            outputs=tuple(Port(**port) for port in self.entry["outputs"]),
        )


@dataclass(frozen=True)
class ListedCatalog:
    """The node types of the vectors."""

    nodes: Mapping[tuple[str, int], ListedType]


CATALOG = ListedCatalog(
    {(entry["id"], entry["version"]): ListedType(entry) for entry in DATA["catalog"]}
)


def case(name: str) -> dict[str, Any]:
    return next(case for case in DATA["cases"] if case["name"] == name)


def findings(name: str) -> list[Finding]:
    return validate(parse(case(name)["document"]), CATALOG)


@pytest.mark.parametrize("name", [case["name"] for case in DATA["cases"]])
def test_findings(name: str) -> None:
    found = findings(name)

    told = [(f.code, f.node, f.field, f.level) for f in found]
    wanted = [(f["code"], f["node"], f["field"], f["level"]) for f in case(name)["findings"]]
    assert sorted(told) == sorted(wanted)


@pytest.mark.parametrize("name", [case["name"] for case in DATA["cases"] if case["findings"]])
def test_every_finding_says_what_is_wrong_and_what_to_do(name: str) -> None:
    for finding in findings(name):
        assert finding.message
        assert finding.fix


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        pytest.param("a node type that does not exist", "Did you mean 'acme/kit.step'?", id="type"),
        pytest.param(
            "a version that does not exist", "Use version 2, or update the package.", id="version"
        ),
        pytest.param("a parameter that does not exist", "Did you mean 'text'?", id="parameter"),
        pytest.param("ports that do not exist", "Its outputs are 'main'.", id="port"),
    ],
)
def test_the_fix_names_what_there_is(name: str, fix: str) -> None:
    assert findings(name)[0].fix == fix


def test_a_document_with_errors_is_refused_with_all_findings() -> None:
    with pytest.raises(DocumentInvalid, match="Example") as caught:
        check(parse(case("values are wrong")["document"]), CATALOG)

    assert len(caught.value.findings) == 3


def test_a_document_with_warnings_only_is_not_refused() -> None:
    check(parse(case("an empty workflow")["document"]), CATALOG)


def test_the_findings_of_one_node_are_limited() -> None:
    document = case("nothing is wrong")["document"]
    rows = [{"name": number} for number in range(500)]
    document["nodes"][1]["config"] = {"text": "x", "rows": rows}

    assert len(validate(parse(document), CATALOG)) == 50


def test_a_node_of_an_unknown_type_has_the_ports_that_its_edges_name() -> None:
    document = parse(
        {
            "format": "penstock/1",
            "name": "x",
            "nodes": [
                {"id": "a", "name": "A", "type": "no/such.one"},
                {"id": "b", "name": "B", "type": "acme/kit.step"},
            ],
            "edges": [{"from": ["a", "odd"], "to": ["b", "main"]}],
        }
    )

    found = graph_of(document, CATALOG)

    assert [port.name for port in found.ports["a"].outputs] == ["odd"]
    assert [f.code for f in validate(document, CATALOG)] == ["node.unknown_type"]


def test_a_node_whose_ports_cannot_be_told_is_a_finding_and_not_a_failure() -> None:
    class Broken(ListedType):
        def ports(self, config: Mapping[str, Any]) -> Ports:
            raise NodeFailed("no rules")

    entry = CATALOG.nodes["acme/kit.step", 1].entry
    catalog = ListedCatalog({**CATALOG.nodes, ("acme/kit.step", 1): Broken(entry)})

    found = validate(parse(case("an edge twice")["document"]), catalog)

    assert [(f.code, f.node) for f in found] == [("node.no_ports", "a"), ("edge.duplicate", "")]
