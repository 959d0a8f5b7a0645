"""The contract of a sandbox: prepare code, call it within a budget, know the walls.

Two implementations: runner processes (`pool.py`, the default) and in-process (`inprocess.py`, for
embedding and tests). One contract suite runs against both. What guests receive and return is
described in `docs/guests.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol

import msgspec

#: expression: a shared VM per execution, no host functions. The others: one VM per call.
Guest = Literal["expression", "javascript", "python", "component"]


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What one call may spend."""

    #: About one per WebAssembly instruction. This much lasts for some 20 to 35 s of computing in
    #: either interpreter: about as long as the wall clock, so that neither surprises.
    fuel: int = 300_000_000_000
    memory_bytes: int = 256 << 20
    wall_s: float = 30.0  # compute; stops while a host call is being answered
    total_s: float = 300.0  # everything
    output_bytes: int = 64 << 20
    host_calls: int = 1_000
    fetched_bytes: int = 64 << 20  # replies of host calls
    note_bytes: int = 256 << 10  # logs and progress; what exceeds it is dropped and said so


class Spent(msgspec.Struct, kw_only=True):
    """What one call did spend; shown on the step."""

    fuel: int = 0  # as reported by the runner: advisory
    memory_bytes: int = 0  # of the guest, at the end of the call
    wall_ms: float = 0.0
    cpu_ms: float = 0.0  # of the runner, as the system counted it
    output_bytes: int = 0
    host_calls: int = 0
    fetched_bytes: int = 0


class HostFunctions(Protocol):
    """What a guest may ask of the host during one call. Lives in the parent, one per call."""

    async def __call__(self, name: str, arguments: Any) -> Any:
        """Answer one request. `arguments` and the answer are JSON values.

        Raises:
            PenstockError: Becomes a typed error in the guest, with its code and message.
        """
        ...


class Note(msgspec.Struct, frozen=True):
    """One line of log or progress that a guest sent, one-way."""

    kind: str  # `log`, `progress`
    body: Any  # log: {"level", "message"}; progress: {"done", "message"}


class NoteSink(Protocol):
    """Receives notes while the call runs."""

    def __call__(self, note: Note) -> None: ...


class Call(msgspec.Struct, kw_only=True):
    """One call into a guest: everything the node's items need, in one message."""

    guest: Guest
    workspace: str
    #: JSON; see `docs/guests.md`. The sandbox does not look into it.
    header: bytes
    #: JSON, each at most about 1 MB or 1,000 items. Consumed while the guest already works.
    chunks: Iterable[bytes] = ()
    budget: Budget = Budget()
    #: expression: the execution whose VM is used. A pure cache.
    vm: str = ""
    #: component: what `prepare` returned.
    package: str = ""
    #: The code is a package's, not a person's own: refused where a required wall does not stand.
    #: Components are always judged so.
    stranger: bool = False
    #: None: the guest has no host functions.
    host: HostFunctions | None = None
    notes: NoteSink | None = None
    #: Filled in by the sandbox, however the call ends.
    spent: Spent = msgspec.field(default_factory=Spent)


class Done(msgspec.Struct, kw_only=True):
    """How a call ended well."""

    chunks: list[bytes]  # JSON, undecoded
    spent: Spent


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """One wall around the guests, and whether it stands on this machine."""

    name: str
    stands: bool
    detail: str = ""


class Sandbox(Protocol):
    """Where code that nobody vouched for runs."""

    async def prepare(self, wasm: bytes) -> str:
        """Compile a component (bounded in time and memory, outside this process); its key.

        Raises:
            GuestRefused: It is no component, or imports what no guest is given.
        """
        ...

    async def call(self, call: Call) -> Done:
        """Run one call. Canceling the awaiting task stops the guest within 100 ms.

        Raises:
            GuestFailed, BudgetExceeded, GuestTrapped, GuestRefused, RunnerLost
        """
        ...

    async def release(self, vm: str) -> None:
        """Forget the expression VM of an execution that has ended."""
        ...

    def walls(self) -> Sequence[Wall]:
        """The walls, probed once at start."""
        ...

    async def close(self) -> None:
        """End every process that was started."""
        ...
