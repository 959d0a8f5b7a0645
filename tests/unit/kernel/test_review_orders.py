"""The order in which nodes run, on graphs whose order was found by hand."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_kernel import Kernel

#   s(0,0) -> upper u(0) and lower l(100); both go on for one more node.
FORK = "s>u s>l u>u2 l>l2"
FORK_LAYOUT = {"s": [0, 50], "u": [100, 0], "l": [100, 100], "u2": [200, 0], "l2": [200, 100]}
DIAMOND = "s>u s>l u>m.left l>m.right m>z"
DIAMOND_LAYOUT = {"s": [0, 50], "u": [100, 0], "l": [100, 100], "m": [200, 50], "z": [300, 50]}
UNEVEN = "s>u s>l u>u2 u2>m.left l>m.right u>w m>z"
UNEVEN_LAYOUT = {
    "s": [0, 50],
    "u": [100, 0],
    "u2": [200, 0],
    "w": [200, -50],
    "l": [100, 100],
    "m": [300, 50],
    "z": [400, 50],
}


@pytest.mark.parametrize(
    ("order", "edges", "layout", "expected"),
    [
        pytest.param("sequential", FORK, FORK_LAYOUT, "s u u2 l l2", id="fork-depth-first"),
        pytest.param("legacy", FORK, FORK_LAYOUT, "s u l u2 l2", id="fork-breadth-first"),
        pytest.param(
            "sequential",
            FORK,
            {**FORK_LAYOUT, "l": [100, -100]},
            "s l l2 u u2",
            id="the-upper-branch-comes-first",
        ),
        pytest.param(
            "sequential",
            FORK,
            {**FORK_LAYOUT, "l": [50, 0]},
            "s l l2 u u2",
            id="at-the-same-height-the-left-one",
        ),
        pytest.param("sequential", DIAMOND, DIAMOND_LAYOUT, "s u l m z", id="diamond"),
        pytest.param("legacy", DIAMOND, DIAMOND_LAYOUT, "s u l m z", id="diamond-legacy"),
        pytest.param("sequential", UNEVEN, UNEVEN_LAYOUT, "s u w u2 l m z", id="uneven"),
        pytest.param("legacy", UNEVEN, UNEVEN_LAYOUT, "s u l u2 w m z", id="uneven-legacy"),
    ],
)
async def test_nodes_run_in_the_order_that_was_asked_for(
    lab: Any, kernel: Kernel, order: str, edges: str, layout: Any, expected: str
) -> None:
    types = {"s": "start", "m": "append"}
    nodes = {name: types.get(name, "call") for name in layout}
    document = lab.workflow(nodes, edges, settings={"order": order}, layout=layout)

    execution = await kernel.execute(document)

    assert " ".join(step.key.node_id for step in execution.steps) == expected
