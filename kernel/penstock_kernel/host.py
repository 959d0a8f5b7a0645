"""What steps are given by the kernel that runs them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from penstock_bus import Bus
from penstock_kernel.blobs import BlobStore, FileBlobs, root_key
from penstock_kernel.credentials import FileVault, Vault
from penstock_kernel.policy import Clock
from penstock_kernel.state import FileState, StateStore
from penstock_sandbox.contract import Budget, Sandbox
from penstock_sandbox.egress import Egress
from penstock_sdk import Item

if TYPE_CHECKING:
    from penstock_kernel.step_view import OneStep, Scene


class SubWorkflows(Protocol):
    """Runs another workflow for a step."""

    async def __call__(
        self,
        scene: Scene,
        workflow: str,
        items: Sequence[Item],
        *,
        version: str | int,
        wait: bool,
    ) -> Mapping[str, Sequence[Item]]: ...


class DataDir:
    """The stores that live in files. Nothing is written before something is kept."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock

    @cached_property
    def key(self) -> bytes:
        return root_key(self.path)

    @cached_property
    def state(self) -> StateStore:
        return FileState(self.path / "state", self._clock.now_ms)

    @cached_property
    def blobs(self) -> BlobStore:
        return FileBlobs(self.path / "blobs", self.key)

    @cached_property
    def vault(self) -> Vault:
        return FileVault(self.path / "credentials", self.key)


class Host:
    """The services of one kernel, as its steps reach them."""

    def __init__(
        self,
        *,
        clock: Clock,
        egress: Egress,
        data: DataDir,
        bus: Bus,
        sandbox: Callable[[], Awaitable[Sandbox]],
        sub_workflows: SubWorkflows,
        budget: Budget,
    ) -> None:
        self.clock = clock
        self.egress = egress
        self.bus = bus
        self.sandbox = sandbox
        self.execute_workflow = sub_workflows
        self.budget = budget
        #: Takes a step, a share and a word; set while somebody listens.
        self.on_progress: Callable[[OneStep, float, str], None] | None = None
        self._data = data

    @property
    def state(self) -> StateStore:
        return self._data.state

    @property
    def blobs(self) -> BlobStore:
        return self._data.blobs

    @property
    def vault(self) -> Vault:
        return self._data.vault

    def progress(self, view: OneStep, done: float, message: str) -> None:
        """Pass on how far a step is."""
        if self.on_progress is not None:
            self.on_progress(view, done, message)
