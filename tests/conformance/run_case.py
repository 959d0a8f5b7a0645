"""Runs one case on our kernel and says what differs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_sdk import Item, PenstockError
from tests.conformance.actual import Ports, comparable, items_of, order_of, runs_of
from tests.conformance.case import Case
from tests.conformance.compare import difference
from tests.conformance.exchanges import Replay

#: Where a case names none, as the other product has it.
ZONE = "America/New_York"
_LONGEST_S = 60


class QuickClock:
    """Waits are over at once, and time goes on by what was waited for."""

    def __init__(self, start_ms: int | None = None) -> None:
        self._fixed = start_ms
        self._ahead = 0

    def now_ms(self) -> int:
        """The moment."""
        now = time.time_ns() // 1_000_000 if self._fixed is None else self._fixed
        return now + self._ahead

    async def sleep(self, delay_s: float) -> None:
        """Let others have their turn."""
        self._ahead += round(delay_s * 1000)
        await asyncio.sleep(0)


async def differences(case: Case, kernel: Kernel, importer: Any) -> list[tuple[str, str]]:
    """Node and what is wrong with it; nothing where the case passes."""
    try:
        async with asyncio.timeout(_LONGEST_S):
            document = importer.convert(case.workflow)[0].document
            _fill_in(case, document)
            execution = await _execute(case, kernel, document)
            return await _compare(case, kernel, document, execution)
    except PenstockError as error:
        return [("", f"{error.code}: {error.message}")]
    except TimeoutError:
        return [("", f"no end within {_LONGEST_S} seconds")]


def _fill_in(case: Case, document: Mapping[str, Any]) -> None:
    """What a person enters after an import: the secrets, which no file carries."""
    used = {node["name"]: node.get("credentials", {}) for node in case.workflow["nodes"]}
    for node in document["nodes"]:
        for kind in used.get(node["name"], {}):
            secrets = case.case.get("credentials", {}).get(kind, {})
            fields = _SECRETS.get(kind, {})
            config = {ours: secrets[theirs] for theirs, ours in fields.items() if theirs in secrets}
            node["config"] |= config


#: By type of credential: its fields and ours.
_SECRETS = {"jwtAuth": {"secret": "key", "algorithm": "algorithm"}, "totpApi": {"secret": "secret"}}


async def _execute(case: Case, kernel: Kernel, document: Mapping[str, Any]) -> Execution:
    ids = {node["name"]: node["id"] for node in document["nodes"]}
    start = case.case.get("start", {})
    given = start.get("input_item") or {"json": {}}
    return await kernel.execute(
        document,
        [Item(given.get("json", {}))],
        start=ids.get(start.get("node")),
        mode="manual",
        mocks={
            ids[name]: [Item(item.get("json", {})) for item in items]
            for name, items in case.given.items()
            if name in ids
        },
    )


async def _compare(
    case: Case, kernel: Kernel, document: Mapping[str, Any], execution: Execution
) -> list[tuple[str, str]]:
    wanted = case.case
    if wanted.get("expected_error") is not None:
        told = execution.error.message if execution.error else "none"
        same = told == wanted["expected_error"]
        return [] if same else [("", f"error: {told!r}, expected {wanted['expected_error']!r}")]
    found: list[tuple[str, str]] = []
    if execution.status != wanted.get("expected_status", "success"):
        error = execution.error
        why = f": {error.node_name}: {error.code}: {error.message}" if error else ""
        found.append(("", f"status: {execution.status}{why}"[:400]))
    found += _order(case, document, execution)
    ports = Ports(case.workflow, document, kernel.plugins)
    ids = {node["name"]: node["id"] for node in document["nodes"]}
    for name, runs in wanted.get("expected", {}).items():
        if name not in ids:
            found.append((name, "was not imported"))
            continue
        for text in await _node(case, kernel, execution, ports, ids[name], runs):
            found.append((name, text))
    return found


def _order(case: Case, document: Mapping[str, Any], execution: Execution) -> list[tuple[str, str]]:
    order = case.case.get("expected_execution_order")
    if not order or case.case.get("compare", {}).get("order") == "optional":
        return []
    text = difference(order_of(execution, document), order, "order")
    return [("", text)] if text else []


async def _node(
    case: Case, kernel: Kernel, execution: Execution, ports: Ports, node_id: str, wanted: Any
) -> list[str]:
    runs = runs_of(execution, node_id)
    if len(runs) != len(wanted):
        return [f"ran {len(runs)} times, expected {len(wanted)}"]
    for number, (run, outputs) in enumerate(zip(runs, wanted, strict=True)):
        if outputs is None:
            if run.status != "error":
                return [f"run {number} gave data, expected none"]
            continue
        for index, items in outputs.items():
            port = ports.name(node_id, int(index))
            got = await items_of(run.outputs.get(port or ""), kernel.host.blobs)
            rules = case.case.get("compare", {})
            text = difference(comparable(got, rules), comparable(items or [], rules), "items")
            if text:
                return [f"run {number} output {index} {text}"]
    return []


def settings_for(folder: Path, roots: tuple[Path, ...]) -> Settings:
    """How the kernel of a run is set up."""
    named: dict[str, Any] = {}
    if "file_roots" in Settings.__struct_fields__:
        named["file_roots"] = tuple(f"root{n}={root}" for n, root in enumerate(roots))
    return Settings(data_dir=folder, sandbox="inprocess", timezone=ZONE, **named)


def needs_replay(case: Case) -> Replay | None:
    """The exchanges of a case, if it has any."""
    return Replay(case.exchanges) if case.exchanges else None
