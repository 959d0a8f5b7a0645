"""Which files a workflow may call, wherever the path or the link leads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel import Kernel, canonical
from penstock_sdk import Item, NodeFailed


def write(lab: Any, path: Path, calls: str = "") -> Path:
    async def run(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        outputs = await ctx.execute_workflow(calls, items, wait=True)
        found: Sequence[Item] = outputs["main"]
        return found

    name = f"call {path.name}"
    lab.behave[name] = run
    nodes: dict[str, Any] = {"s": "start", "a": "add"}
    if calls:
        nodes["c"] = {"type": "call", "config": {"does": name}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical(lab.workflow(nodes, "s>a a>c" if calls else "s>a")))
    return path


async def test_a_path_may_go_up_as_long_as_it_stays_inside(lab: Any, kernel: Kernel) -> None:
    main = write(lab, lab.folder / "flows" / "main.json", "parts/one.json")
    write(lab, lab.folder / "flows" / "parts" / "one.json", "../shared/two.json")
    write(lab, lab.folder / "flows" / "shared" / "two.json")

    execution = await kernel.execute(main, [{"n": 0}])

    assert [item.json["n"] for item in execution.items] == [3]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../outside.json", id="up"),
        pytest.param("parts/../../outside.json", id="down-and-up"),
        pytest.param("link.json", id="link-to-a-file"),
        pytest.param("linked/outside.json", id="link-to-a-folder"),
        pytest.param("circle.json", id="links-in-a-circle"),
        pytest.param("a\0b.json", id="null-byte"),
        pytest.param("", id="nothing"),
    ],
)
async def test_no_path_leads_out_of_the_folder(lab: Any, kernel: Kernel, name: str) -> None:
    folder = lab.folder / "flows"
    write(lab, lab.folder / "outside.json")
    main = write(lab, folder / "main.json", name or ".")
    (folder / "parts").mkdir()
    (folder / "link.json").symlink_to(lab.folder / "outside.json")
    (folder / "linked").symlink_to(lab.folder)
    (folder / "circle.json").symlink_to(folder / "circle.json")

    execution = await kernel.execute(main)

    assert execution.error is not None
    assert execution.error.code == "workflow.not_found"


async def test_an_error_workflow_outside_is_not_called(
    lab: Any, kernel: Kernel, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[str] = []

    def fail(_ctx: Any, _items: Any) -> None:
        raise NodeFailed("no")

    def note(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        called.append("outside")
        return items

    lab.behave |= {"fail": fail, "note": note}
    outside = lab.workflow({"s": "start", "n": {"type": "call", "config": {"does": "note"}}}, "s>n")
    (lab.folder / "outside.json").write_text(canonical(outside))
    document = lab.workflow(
        {"s": "start", "x": {"type": "call", "config": {"does": "fail"}}},
        "s>x",
        settings={"error_workflow": "../outside.json"},
    )
    main = lab.folder / "flows" / "main.json"
    main.parent.mkdir()
    main.write_text(canonical(document))

    execution = await kernel.execute(main)

    assert execution.status == "error"
    assert called == []
    assert "workflow.not_found" in caplog.text
