from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from penstock_kernel.packages.catalog import NativeNode, NodeBroken
from penstock_sdk import Effects, Node, Port, Ports, Trigger


class Fixed(Node):
    id = "acme/test.fixed"
    effects = "idempotent"
    outputs = (Port(name="main"), Port(name="rest"))


class Computed(Node):
    id = "acme/test.computed"

    def ports(self, config: Mapping[str, Any]) -> Ports:
        return Ports(outputs=tuple(Port(name=name) for name in config["names"]))

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        return "none" if config["method"] == "GET" else "unsafe"


class Clock(Trigger):
    id = "acme/test.clock"
    kind = "schedule"


def test_fixed_ports_and_effects_are_those_of_the_class() -> None:
    node = NativeNode(Fixed, "acme/test")

    assert [port.name for port in node.ports({}).outputs] == ["main", "rest"]
    assert node.ports({}) is node.ports({"a": 1})
    assert node.effects_of({}) == "idempotent"
    assert node.trigger is None


def test_ports_and_effects_may_depend_on_the_config() -> None:
    node = NativeNode(Computed, "acme/test")
    config = {"names": ["a", "b"], "method": "POST"}

    assert [port.name for port in node.ports(config).outputs] == ["a", "b"]
    assert node.effects_of(config) == "unsafe"


@pytest.mark.parametrize("what", ["ports", "effects_of"])
def test_a_node_that_raises_when_asked_is_told_by_its_name(what: str) -> None:
    node = NativeNode(Computed, "acme/test")

    with pytest.raises(NodeBroken, match=rf"`{what}` of acme/test\.computed raised KeyError"):
        getattr(node, what)({})


def test_a_trigger_says_who_calls_it() -> None:
    assert NativeNode(Clock, "acme/test").trigger == "schedule"


def test_the_schema_is_made_once() -> None:
    node = NativeNode(Fixed, "acme/test")

    assert node.config_schema is node.config_schema
