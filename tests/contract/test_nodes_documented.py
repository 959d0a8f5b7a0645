"""docs/nodes.md lists every node that ships, as it describes itself."""

from __future__ import annotations

from pathlib import Path

from penstock_kernel.packages.loader import load_plugins

TEXT = (Path(__file__).parents[2] / "docs" / "nodes.md").read_text()


def test_every_node_is_listed_with_its_title_and_description() -> None:
    plugins = load_plugins()
    nodes = [node for name in plugins.types() if (node := plugins.latest(name)) is not None]

    expected = {
        f"| `{node.id}` {node.title} | {node.describe()['description']} |" for node in nodes
    }

    assert {line for line in TEXT.splitlines() if line.startswith("| `")} == expected
