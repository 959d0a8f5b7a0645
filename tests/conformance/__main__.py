"""The command line of the measurement."""
# ruff: noqa: T201  it prints a table

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from penstock_kernel.kernel import Kernel
from penstock_kernel.packages.loader import Plugins, load_plugins
from penstock_sdk.importing import Importer
from tests.conformance import facts
from tests.conformance.case import Case, load
from tests.conformance.run_case import QuickClock, differences, needs_replay, settings_for

FOLDER = "PENSTOCK_CONFORMANCE"
_AT_ONCE = 4
#: Cases of databases, which come with the packages of apps.
_LATER = {"module_mock:mongoDb", "module_mock:mySql"}
_HTTP = {"httpRequest", "graphql", "rssFeedRead"}


@dataclass(kw_only=True)
class Results:
    """What was found."""

    nodes: list[tuple[Case, list[tuple[str, str]]]] = field(default_factory=list)
    facts: dict[str, list[facts.Verdict]] = field(default_factory=dict)

    def summary(self) -> dict[str, dict[str, int]]:
        """Passed and total of each part."""
        good = sum(not wrong for _, wrong in self.nodes)
        parts = {name: facts.passed(verdicts) for name, verdicts in self.facts.items()}
        return {"nodes": {"passed": good, "total": len(self.nodes)}, **parts}


def main() -> int:
    """Measure; ends with 0 whatever was found, because this is a measurement."""
    asked = _arguments()
    folder = asked.cases or os.environ.get(FOLDER)
    if not folder:
        message = f"Name the folder of the cases: --cases FOLDER, or {FOLDER}=FOLDER."
        sys.stderr.write(f"{message}\n")
        return 2
    if not Path(folder).is_dir():
        sys.stderr.write(f"{folder} is no folder.\n")
        return 2
    results = asyncio.run(measure(Path(folder).resolve(), asked.suite, asked.only))
    _print(results, verbose=asked.verbose)
    if asked.json:
        Path(asked.json).write_text(json.dumps(results.summary(), indent=1) + "\n", "utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("--cases", help="folder with cases/ and the files of facts")
    parser.add_argument("--json", help="write the numbers to this file")
    parser.add_argument("--suite", action="append", choices=SUITES, help="only this part")
    parser.add_argument("--only", default="", help="only cases whose name holds this")
    parser.add_argument("-v", "--verbose", action="store_true", help="every difference of a case")
    return parser.parse_args()


SUITES = ("nodes", "expressions", "community_expressions", "filters", "types")


async def measure(folder: Path, suites: Sequence[str] | None, only: str) -> Results:
    """Run the parts that were asked for."""
    chosen, results, plugins = set(suites or SUITES), Results(), load_plugins()
    importers = {one.name: one for _, one in plugins.collect("register_importers")}
    importer: Importer = importers["n8n"]
    with tempfile.TemporaryDirectory() as data:
        scratch = Path(data) / "scratch"
        scratch.mkdir()
        settings = settings_for(Path(data) / "kernel", (folder, scratch, Path("/tmp")))  # noqa: S108
        async with Kernel.open(settings, plugins=plugins, clock=QuickClock()) as kernel:
            if "nodes" in chosen:
                results.nodes = await _nodes(folder, scratch, kernel, plugins, importer, only)
            files = {
                "expressions": "expressions.jsonl",
                "community_expressions": "expressions_community.jsonl",
            }
            for name, file in files.items():
                if name in chosen:
                    fixtures = folder / "expression_fixtures"
                    results.facts[name] = await facts.expressions(
                        folder / file, fixtures, kernel, importer
                    )
            if "filters" in chosen:
                results.facts["filters"] = await facts.filters(folder / "filters.jsonl", kernel)
            if "types" in chosen:
                results.facts["types"] = facts.types(folder / "type_validation.jsonl")
    return results


async def _nodes(
    folder: Path,
    scratch: Path,
    kernel: Kernel,
    plugins: Plugins,
    importer: Importer,
    only: str,
) -> list[tuple[Case, list[tuple[str, str]]]]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def judged(case: Case) -> tuple[Case, list[tuple[str, str]]]:
        async with gate:
            try:
                return case, await _differences(case, kernel, plugins, importer, scratch)
            except Exception as error:  # noqa: BLE001  whatever it is, it is this case's failure
                return case, [("", f"{type(error).__name__}: {error}"[:300])]

    return [*await asyncio.gather(*map(judged, _cases(folder, scratch, only)))]


async def _differences(
    case: Case, kernel: Kernel, plugins: Plugins, importer: Importer, scratch: Path
) -> list[tuple[str, str]]:
    fixed = _fixed_time(case.case.get("needs") or ())
    replay = needs_replay(case)
    if fixed is None and replay is None:
        return await differences(case, kernel, importer)
    with tempfile.TemporaryDirectory() as data:
        settings = settings_for(Path(data), (case.folder, scratch))
        clock = QuickClock(fixed)
        async with Kernel.open(settings, plugins=plugins, clock=clock, egress=replay) as own:
            return await differences(case, own, importer)


def _fixed_time(needs: Iterable[str]) -> int | None:
    for need in needs:
        name, _, value = need.partition("time_mock:now=")
        if not name and value.isdigit():
            return int(value)
    return None


def _cases(folder: Path, scratch: Path, only: str) -> list[Case]:
    found: list[Case] = []
    for path in sorted((folder / "cases").glob("*")):
        if only not in path.name or not _complete(path):
            continue
        case = load(path, scratch)
        if _LATER & {*case.case.get("needs", ())}:
            continue
        if not case.exchanges or _HTTP & {kind.split(" ")[0] for kind in case.types.values()}:
            found.append(case)
    return found


def _complete(path: Path) -> bool:
    return all((path / name).is_file() for name in ("case.json", "workflow.json"))


def _print(results: Results, *, verbose: bool) -> None:
    good: Counter[str] = Counter()
    all_: Counter[str] = Counter()
    for case, wrong in results.nodes:
        bad = {name for name, _ in wrong}
        for name in case.case.get("expected", ()):
            kind = case.types.get(name, "?")
            all_[kind] += 1
            good[kind] += name not in bad
    for kind in sorted(all_):
        print(f"{kind:40} {good[kind]:5} of {all_[kind]:5}")
    for case, wrong in results.nodes:
        for name, text in wrong if verbose else wrong[:1]:
            kind = case.types.get(name, "")
            print(f"FAILED {case.name}: {name} ({kind}): {text}"[:600])
    for part, verdicts in results.facts.items():
        for one in verdicts:
            if one.wrong:
                print(f"FAILED {part} {one.id}: {one.about}: {one.wrong}"[:400].replace("\n", " "))
    for part, numbers in results.summary().items():
        share = numbers["passed"] / numbers["total"] if numbers["total"] else 1
        print(f"{part:24} {numbers['passed']:5} of {numbers['total']:5}  {share:.1%}")


if __name__ == "__main__":
    sys.exit(main())
