"""Packages in folders, from a workflow to the guests and back."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel import Kernel
from penstock_sdk import Item

EXAMPLES = Path(__file__).parents[2] / "examples" / "packages"
GUESTS = Path(__file__).parents[2] / "sandbox" / "penstock_sandbox" / "_guest"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (GUESTS / "python.wasm").exists(), reason="guests are not built"),
]

MANIFEST = """
schema = 1
[package]
id = "acme/probe"
version = "1.0.0"
title = "Probe"
[engines]
penstock = ">=0.1,<1"
sdk = ">=0.1,<1"
[runtime]
kind = "javascript"
module = "index.js"
{grant}
[[nodes]]
name = "probe"
effects = "none"
"""

PROBE = """
export async function run(ctx, items) {
  const found = {};
  for (const url of ["https://other.example/", "http://127.0.0.1:9/", "file:///etc/passwd"]) {
    try { await ctx.http.request({ url }); found[url] = "reached"; }
    catch (error) { found[url] = String(error.code ?? error.message); }
  }
  try { await ctx.state.set("a", 1); found.state = "kept"; }
  catch (error) { found.state = String(error.code ?? error.message); }
  return [{ json: found }];
}
"""


def chain(*nodes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    steps = [("penstock/flow.manual", {}), *nodes]
    ids = [f"n{place}" for place in range(len(steps))]
    return {
        "format": "penstock/1",
        "name": "Chain",
        "nodes": [
            {"id": id_, "name": id_, "type": type_, "version": 1, "config": config}
            for id_, (type_, config) in zip(ids, steps, strict=True)
        ],
        "edges": [{"from": [one, "main"], "to": [other, "main"]} for one, other in pairwise(ids)],
    }


async def last_items(document: dict[str, Any], given: list[Item], *packages: Path) -> list[Any]:
    async with Kernel.open(packages=packages) as kernel:
        execution = await kernel.execute(document, given)
    assert execution.status == "success", execution.error
    return [item.json for item in execution.steps[-1].outputs["main"].items]


async def test_python_and_javascript_packages_work_side_by_side() -> None:
    document = chain(
        ("acme/shout.shout", {"text": "={{ $json.word }}", "marks": 2}),
        ("acme/slug.slug", {"title": "={{ $json.text }} wörld", "separator": "_"}),
    )
    packages = (EXAMPLES / "acme-shout-py", EXAMPLES / "acme-slug-js")

    items = await last_items(document, [Item({"word": "hi"}), Item({"word": "ho"})], *packages)

    assert [item["slug"] for item in items] == ["hi_world", "ho_world"]
    assert [item["text"] for item in items] == ["HI!!", "HO!!"]


async def test_defaults_of_a_package_s_parameters_are_filled_in() -> None:
    document = chain(("acme/shout.shout", {"text": "hey"}))

    items = await last_items(document, [Item({})], EXAMPLES / "acme-shout-py")

    assert items == [{"text": "HEY!"}]


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        pytest.param("", "guest.call_refused", id="nothing-granted"),
        pytest.param(
            '[capabilities]\nhttp = [{ hosts = ["https://api.example"], why = "to ask" }]',
            "egress.refused",
            id="another-host-granted",
        ),
    ],
)
async def test_a_package_reaches_nothing_that_was_not_granted(
    tmp_path: Path, grant: str, code: str
) -> None:
    (tmp_path / "node.toml").write_text(MANIFEST.format(grant=grant))
    (tmp_path / "index.js").write_text(PROBE)

    (found,) = await last_items(chain(("acme/probe.probe", {})), [Item({})], tmp_path)

    assert found.pop("state") == "guest.call_refused"
    assert len(found) == 3
    assert set(found.values()) == {code}


SAME = """
{future}
from typing import ClassVar, Literal
from penstock_sdk import Item, Node, text

class Kinds(Node):
    id = "acme/probe.probe"
    name: str = text(default="")
    limit: int = 10
    ratio: float | None = None
    mode: Literal["a", "b"] = "a"
    constant: ClassVar[int] = 3

    def run(self, ctx, items):
        return [Item({{name: field.kind for name, field in self.fields().items()}})]
"""


@pytest.mark.parametrize(
    "future",
    [
        pytest.param("from __future__ import annotations", id="texts"),
        pytest.param("", id="evaluated-late"),
    ],
)
async def test_a_class_declares_the_same_fields_inside_the_guest(
    tmp_path: Path, future: str
) -> None:
    manifest = MANIFEST.format(grant="").replace("javascript", "python")
    (tmp_path / "node.toml").write_text(manifest.replace("index.js", "kinds.py"))
    (tmp_path / "kinds.py").write_text(SAME.format(future=future))

    (kinds,) = await last_items(chain(("acme/probe.probe", {})), [Item({})], tmp_path)

    assert kinds == {"name": "text", "limit": "integer", "ratio": "number", "mode": "options"}
