"""A pytest plugin: workflow files with a `tests` block are collected as tests.

A file called `workflow.json` or `*.workflow.json` becomes one test for each entry of its `tests`.
Each runs on a kernel of its own, with the sandbox in this process and a data folder that goes away.
Tests, and only tests, of plugins may import this module.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from penstock_kernel.execution.result import Execution
    from penstock_kernel.workflow.document import WorkflowTest

# The kernel is imported when a workflow is collected: this plugin is loaded in every test run.


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take in workflow files."""
    if file_path.name == "workflow.json" or file_path.name.endswith(".workflow.json"):
        collector: pytest.Collector = _made(WorkflowFile, parent, path=file_path)
        return collector
    return None


class WorkflowFile(pytest.File):
    """A workflow file."""

    def collect(self) -> Iterable[pytest.Item]:
        """One test per entry of `tests`."""
        from penstock_kernel.workflow.document import parse  # noqa: PLC0415

        for test in parse(self.path.read_bytes()).tests:
            yield _made(WorkflowItem, self, name=test.name, test=test)


def _made(kind: Any, parent: pytest.Collector, **more: Any) -> Any:
    """Make a node of pytest's tree; its constructors are typed loosely."""
    return kind.from_parent(parent, **more)


class WorkflowItem(pytest.Item):
    """One entry of `tests`."""

    def __init__(self, *, test: WorkflowTest, **more: Any) -> None:
        super().__init__(**more)  # pyright: ignore[reportUnknownMemberType]
        self.test = test

    def runtest(self) -> None:
        """Execute the workflow and compare.

        Raises:
            WorkflowDiffers: Something else came out.
        """
        differences = check(self.test, asyncio.run(execute(self.path, self.test)))
        if differences:
            raise WorkflowDiffers("\n".join(differences))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A difference is text, anything else a traceback."""
        if isinstance(excinfo.value, WorkflowDiffers):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """File and name."""
        return self.path, None, f"{self.path.name}: {self.name}"


class WorkflowDiffers(AssertionError):
    """A workflow test gave something else than it says."""


async def execute(path: Path, test: WorkflowTest) -> Execution:
    """Run one test of a workflow file on a kernel of its own."""
    from penstock_kernel.kernel import Kernel  # noqa: PLC0415
    from penstock_kernel.settings import Settings  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), sandbox="inprocess")
        async with Kernel.open(settings) as kernel:
            return await kernel.execute(
                path,
                test.input or None,
                start=test.start,
                to=test.to,
                mode="test",
                fixtures=test.fixtures or "default",
                mocks=test.mocks,
            )


def check(test: WorkflowTest, execution: Execution) -> list[str]:
    """What differs from what the test says."""
    found: list[str] = []
    error = execution.error
    if execution.status != test.status:
        why = f": {error.code}: {error.message}" if error else ""
        found.append(f"status: expected {test.status}, got {execution.status}{why}")
    told = "none" if error is None else f"{error.code}: {error.message}"
    if test.error and (error is None or test.error not in told):
        found.append(f"error: expected {test.error!r}, got {told}")
    for node_id, ports in test.expected.items():
        found += _differences(node_id, ports, execution)
    return found


def _differences(
    node_id: str, ports: Mapping[str, Sequence[Any]], execution: Execution
) -> Iterable[str]:
    runs = execution.outputs(node_id)
    if not runs:
        yield f"{node_id}: it did not run"
        return
    for port, expected in ports.items():
        output = runs[-1].get(port)
        wanted = _plain(expected)
        got = _spoken_of(wanted, _plain(output.items if output else ()))
        if wanted != got:
            yield f"{node_id}, port {port}:\n  expected {wanted}\n  got      {got}"


def _spoken_of(wanted: Sequence[Any], got: Sequence[Any]) -> list[Any]:
    """What came, without the files of items of which none are expected: their ids are secrets."""
    silent = [i for i, item in enumerate(wanted) if "binary" not in item]
    return [{"json": item["json"]} if i in silent else item for i, item in enumerate(got)]


def _plain(items: Sequence[Any]) -> Any:
    import msgspec  # noqa: PLC0415

    return msgspec.to_builtins(list(items))
