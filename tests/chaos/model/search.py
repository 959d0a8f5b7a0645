"""Looks at every state that can be reached, nearest first, and tells the shortest way to a wrong one.

The rules:

* States that differ only in the names of workers and executions are one: of all ways to name the
  workers the smallest counts, and executions are sorted.
* Whether everything can still end is asked backwards: from the states in which it has, along moves
  that happen by themselves. A state that is not found that way has lost something.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import permutations
from typing import NamedTuple

from tests.chaos.model.promises import GETS_THERE, OF_A_MOVE, broken, is_at_rest
from tests.chaos.model.protocol import Protocol
from tests.chaos.model.world import NOBODY, Execution, Luck, Move, Rings, Worker, World

Key = tuple[int, ...]


class Found(NamedTuple):
    """What came of a search."""

    states: int
    moves: int
    #: How far the farthest state is from the beginning.
    depth: int
    #: Were all states looked at, or only so many as was allowed?
    is_whole: bool
    #: A promise that is broken, and the shortest way there.
    broken: str = ""
    way: Sequence[str] = ()
    #: What happened, without names.
    verbs: frozenset[str] = frozenset()

    def __str__(self) -> str:
        lines = [f"{number:3}. {line}" for number, line in enumerate(self.way, 1)]
        what = self.broken or "all promises are kept"
        return "\n".join([f"{what} ({self.states:,} states, {self.moves:,} moves)", *lines])


class _Forms:
    """Worlds as few numbers, the same for all that differ only in names."""

    def __init__(self, workers: int) -> None:
        self._names = list(permutations(range(workers)))
        self._numbers: dict[object, int] = {}
        self._parts: list[object] = []
        self._turned: dict[tuple[int, int], int] = {}

    def key(self, world: World) -> Key:
        """The numbers of a world."""
        workers = [self._number(one) for one in world.workers]
        executions = [self._number(one) for one in world.executions]
        rest = (self._number(world.rings), self._number(world.luck))
        best: Key | None = None
        for which in _fitting(tuple(workers)):
            turned = sorted([self._turn(one, which) for one in executions])
            found = tuple(turned)
            if best is None or found < best:
                best = found
        return (*sorted(workers), *(best or ()), *rest)

    def world(self, key: Key, workers: int) -> World:
        """The world that numbers stand for."""
        parts = [self._parts[number] for number in key]
        rings, luck = parts[-2:]
        assert isinstance(rings, Rings)
        assert isinstance(luck, Luck)
        named = tuple(one for one in parts[:workers] if isinstance(one, Worker))
        rows = tuple(one for one in parts[workers:-2] if isinstance(one, Execution))
        return World(named, rows, rings, luck)

    def _number(self, part: object) -> int:
        number = self._numbers.get(part)
        if number is None:
            number = self._numbers[part] = len(self._parts)
            self._parts.append(part)
        return number

    def _turn(self, number: int, which: int) -> int:
        """An execution after the workers were given other names."""
        turned = self._turned.get((number, which))
        if turned is None:
            turned = self._turned[number, which] = self._number(
                _renamed(self._parts[number], self._names[which])
            )
        return turned


@cache
def _fitting(workers: tuple[int, ...]) -> list[int]:
    """The ways to name workers after which they are in order."""
    names = permutations(range(len(workers)))
    order = sorted(workers)
    return [which for which, name in enumerate(names) if [workers[one] for one in name] == order]


def _renamed(execution: object, names: Sequence[int]) -> Execution:
    assert isinstance(execution, Execution)
    owner = execution.owner if execution.owner == NOBODY else names.index(execution.owner)
    return execution._replace(owner=owner, minds=tuple(execution.minds[one] for one in names))


class Search:
    """One look at all that can happen by a protocol."""

    def __init__(self, protocol: Protocol, promises: Iterable[str] = OF_A_MOVE) -> None:
        """With the promises that each move is held against."""
        self._protocol = protocol
        self._promises = frozenset(promises)
        self._begin = protocol.start()
        self._workers = len(self._begin.workers)
        self._forms = _Forms(self._workers)
        self._places: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._parents = array("l")
        #: The moves that happen by themselves: where those of a state begin, and where they lead.
        self._begins = array("l")
        self._leads = array("l")
        self._rests = bytearray()
        self._moves = 0
        self._verbs: set[str] = set()

    def run(self, most: int) -> Found:
        """Look at all states, or at so many."""
        self._add(self._begin, -1)
        place = 0
        while place < len(self._keys) and len(self._keys) < most:
            wrong = self._look(place)
            if wrong is not None:
                return self._found(place, *wrong)
            place += 1
        is_whole = place == len(self._keys)
        if is_whole:
            stuck = self._stuck()
            if stuck is not None:
                return self._found(stuck, GETS_THERE, None)
        states, verbs = len(self._keys), frozenset(self._verbs)
        return Found(states, self._moves, self._depth(), is_whole, verbs=verbs)

    def _look(self, place: int) -> tuple[str, Move] | None:
        """Add what comes after a state; or tell what is wrong with it."""
        world = self._forms.world(self._keys[place], self._workers)
        self._begins.append(len(self._leads))
        for move in self._protocol.moves(world):
            self._moves += 1
            self._verbs.add(move.verb)
            wrong = broken(world, move) & self._promises
            if wrong:
                return min(wrong), move
            after = self._add(move.world, place)
            if move.is_certain:
                self._leads.append(after)
        return None

    def _add(self, world: World, parent: int) -> int:
        key = self._forms.key(world)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self._keys)
            self._keys.append(key)
            self._parents.append(parent)
            self._rests.append(is_at_rest(world))
        return place

    def _stuck(self) -> int | None:
        """The nearest state from which not everything can end by itself."""
        good, leads = bytearray(self._rests), self._leads
        bounds = [*self._begins, len(leads)]
        grows = True
        while grows:
            grows = False
            for place in range(len(good) - 1, -1, -1):
                if not good[place] and any(
                    good[leads[one]] for one in range(bounds[place], bounds[place + 1])
                ):
                    good[place] = grows = True
        stuck = good.find(0)
        return None if stuck < 0 else stuck

    def _depth(self) -> int:
        return sum(1 for _ in self._back(len(self._keys) - 1))

    def _back(self, place: int) -> Iterator[int]:
        """The states on the way to a state, from its end."""
        while place > 0:
            yield place
            place = self._parents[place]

    def _found(self, place: int, promise: str, last: Move | None) -> Found:
        """The shortest way to what is wrong, in names that stay the same all along."""
        world, way = self._begin, list[str]()
        for one in reversed(list(self._back(place))):
            moves = self._protocol.moves(world)
            move = next(move for move in moves if self._forms.key(move.world) == self._keys[one])
            way.append(str(move))
            world = move.world
        if last is not None:
            moves = self._protocol.moves(world)
            way.append(str(next(move for move in moves if promise in broken(world, move))))
        return Found(
            len(self._keys), self._moves, len(way), is_whole=False, broken=promise, way=way
        )
