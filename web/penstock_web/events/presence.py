"""Who has which workflow open, in all processes.

The rules:

* Each process tells the others of its own clients: when they come, when they go, and every now and
  then in between. Who is not heard of any more has gone.
* Who begins to watch a workflow asks, and the others tell again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

from penstock_bus import Bus
from penstock_bus.subjects import word_of
from penstock_web.events.messages import Beat, Person, Presence, encode

BEAT_S, GONE_S = 15.0, 40.0


class Place(NamedTuple):
    """A workflow of a workspace."""

    workspace: str
    workflow: str

    @property
    def subject(self) -> str:
        """Where it is told of."""
        return f"presence.{word_of(self.workspace)}.{word_of(self.workflow)}"


class Shows(Protocol):
    """Is shown who is there."""

    def show(self, place: Place, data: bytes) -> None:
        """Take in who is there."""
        ...


class _Here(NamedTuple):
    person: Person
    until: float


class Board:
    """Who has one workflow open."""

    def __init__(self, place: Place, now: Callable[[], float]) -> None:
        self.place = place
        self.viewers: set[Shows] = set()
        self._now = now
        #: By client, those of other processes too.
        self._here: dict[str, _Here] = {}
        self._shown: tuple[Person, ...] = ()

    def hear(self, beat: Beat) -> None:
        """Take in what was told."""
        if beat.do == "here":
            self._here[beat.client] = _Here(Person(beat.id, beat.name), self._now() + GONE_S)
        elif beat.do == "gone":
            self._here.pop(beat.client, None)
        self.refresh()

    def refresh(self) -> None:
        """Show who is there, where that has changed."""
        now = self._now()
        self._here = {client: one for client, one in self._here.items() if one.until > now}
        people = self._people()
        if people != self._shown:
            self._shown = people
            for viewer in self.viewers:
                viewer.show(self.place, self.data)

    @property
    def data(self) -> bytes:
        """Who is there, as it is sent."""
        return encode(Presence(workflow=self.place.workflow, people=self._people()))

    def _people(self) -> tuple[Person, ...]:
        return tuple(sorted({one.person for one in self._here.values()}, key=lambda one: one.id))


class Presences:
    """Tells the other processes of the clients of this one."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._mine: dict[tuple[Place, str], Person] = {}

    async def come(self, place: Place, client: str, person: Person) -> None:
        """A client of this process has opened a workflow."""
        self._mine[place, client] = person
        await self._tell(place, "here", client, person)

    async def go(self, place: Place, client: str) -> None:
        """A client of this process has closed a workflow."""
        person = self._mine.pop((place, client), None)
        if person is not None:
            await self._tell(place, "gone", client, person)

    async def ask(self, place: Place) -> None:
        """Have everybody tell who has it open."""
        await self._bus.publish(place.subject, encode(Beat(do="ask", workflow=place.workflow)))

    async def beat(self, subject: str = "") -> None:
        """Tell again who has what open here, or who has one workflow open."""
        for (place, client), person in list(self._mine.items()):
            if subject in ("", place.subject):
                await self._tell(place, "here", client, person)

    async def _tell(
        self, place: Place, do: Literal["here", "gone"], client: str, person: Person
    ) -> None:
        beat = Beat(
            do=do,
            workflow=place.workflow,
            client=client,
            id=person.id,
            name=person.name,
        )
        await self._bus.publish(place.subject, encode(beat))
