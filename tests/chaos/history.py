"""Does a history of many processes make sense? A checker that knows nothing of our code.

What is looked for, in what processes have heard to be done:

* Of one execution and epoch, one process writes.
* There is an order of all claims and commits of an execution in which epochs never fall, and in which
  what ended before something else began stands before it.
* No step is finished twice; none is finished before the one that it follows.
* What was acknowledged is there in the end: executions that were accepted, and steps.
* Each execution that was accepted ends, and is ended once.

What nobody heard the end of may have been done or not, and is held against nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

Step = tuple[str, int]


class Operation(NamedTuple):
    """Something that a process asked for."""

    process: str
    op: Literal["accept", "claim", "commit"]
    execution: str
    #: In nanoseconds; it never ended where nobody was told.
    begun: int
    ended: int | None
    outcome: Literal["ok", "fail", "info"]
    epoch: int = 0
    steps: tuple[Step, ...] = ()
    status: str | None = None


class Final(NamedTuple):
    """What is there when all has ended."""

    #: Ids that clients were told.
    kept: frozenset[str]
    status: Mapping[str, str]
    steps: Mapping[str, frozenset[Step]]
    #: How often the database itself saw an execution become a success.
    completions: Mapping[str, int]


class Line(msgspec.Struct):
    """What `recorder` writes."""

    number: int
    type: Literal["invoke", "ok", "fail", "info"]
    at: int
    op: Literal["accept", "claim", "commit"] = "accept"
    execution: str = ""
    epoch: int = 0
    steps: tuple[Step, ...] = ()
    status: str | None = None


def read(folder: Path) -> list[Operation]:
    """What processes have written down."""
    return [one for path in sorted(folder.glob("*.jsonl")) for one in _of(path)]


def _of(path: Path) -> Iterable[Operation]:
    lines = [msgspec.json.decode(line, type=Line) for line in path.read_bytes().splitlines()]
    ends = {line.number: line for line in lines if line.type != "invoke"}
    for line in lines:
        if line.type == "invoke":
            end = ends.get(line.number)
            yield Operation(
                process=path.stem,
                op=line.op,
                execution=line.execution,
                begun=line.at,
                ended=None if end is None else end.at,
                outcome="info" if end is None or end.type == "invoke" else end.type,
                epoch=line.epoch,
                steps=line.steps,
                status=line.status,
            )


def anomalies(
    operations: Sequence[Operation], final: Final, follows: Sequence[str]
) -> Counter[str]:
    """What makes no sense, by kind; the nodes follow one another as they are given."""
    found: Counter[str] = Counter()
    sure: dict[str, list[Operation]] = defaultdict(list)
    for one in operations:
        if one.outcome == "ok" and one.op != "accept":
            sure[one.execution].append(one)
    for execution, own in sure.items():
        found["two owners of an epoch"] += _owners(own)
        found["an older owner after a newer one"] += _late(own)
        found["a step finished twice"] += _again(own)
        found["a step before the one it follows"] += _early(own, follows)
        there = final.steps.get(execution, frozenset())
        found["a step that is gone"] += len({step for one in own for step in one.steps} - there)
        found["finished twice"] += sum(one.status == "success" for one in own) > 1
    told = {one.execution for one in operations if (one.op, one.outcome) == ("accept", "ok")}
    found["an execution that is gone"] += len(final.kept - final.status.keys())
    found["not finished"] += sum(status != "success" for status in final.status.values())
    found["told, and accepted by nobody"] += len(final.kept - told - _unsure(operations))
    found["completed twice"] += sum(times > 1 for times in final.completions.values())
    return +found


def _unsure(operations: Sequence[Operation]) -> set[str]:
    """Executions that may have been accepted, as far as those know who asked for it."""
    return {one.execution for one in operations if one.op == "accept" and one.outcome == "info"}


def _owners(own: Sequence[Operation]) -> int:
    """Epochs in which two processes wrote."""
    writers: dict[int, set[str]] = defaultdict(set)
    for one in own:
        writers[one.epoch].add(one.process)
    return sum(len(processes) > 1 for processes in writers.values())


def _late(own: Sequence[Operation]) -> int:
    """Operations that began when one of a newer epoch had ended."""
    return sum(
        any(other.epoch > one.epoch and (other.ended or 0) < one.begun for other in own)
        for one in own
    )


def _again(own: Sequence[Operation]) -> int:
    done = Counter(step for one in own for step in one.steps)
    return sum(times > 1 for times in done.values())


def _early(own: Sequence[Operation], follows: Sequence[str]) -> int:
    """Steps of which the commit ended before that of the step before it began."""
    when = {node: one for one in own for node, _ in one.steps}
    pairs = [(when[a], when[b]) for a, b in pairwise(follows) if a in when and b in when]
    return sum((later.ended or 0) < earlier.begun for earlier, later in pairs)
