"""The first generation of merges."""

from __future__ import annotations

from typing import Any

from penstock_node_n8n.families.merging import MAPPINGS
from penstock_node_n8n.source import Source

_MERGE = MAPPINGS["n8n-nodes-base.merge"]


def config_of(version: float, **parameters: Any) -> Any:
    return _MERGE(Source("n8n-nodes-base.merge", version, parameters)).config


def test_merging_by_index_keeps_all_of_the_first_input_unless_told_otherwise() -> None:
    assert config_of(1, mode="mergeByIndex")["more"] == {"deep": False, "include_first": True}
    assert config_of(1, mode="mergeByIndex", join="inner")["more"] == {"deep": False}
    outer = config_of(1, mode="mergeByIndex", join="outer")["more"]
    assert outer == {"deep": False, "include_unpaired": True}


def test_merging_by_key_leaves_out_the_key_of_the_second_input() -> None:
    config = config_of(1, mode="mergeByKey", propertyName1="id", propertyName2="ref")

    assert config["fields_to_match"] == [{"left": "id", "right": "ref"}]
    assert config["more"]["drop_right"] is True
