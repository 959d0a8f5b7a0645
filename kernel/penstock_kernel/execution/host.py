"""What steps are given by the kernel that runs them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from penstock_bus import Bus
from penstock_kernel.execution.events import Event, encode_event, subject_of
from penstock_kernel.execution.node_limits import NodeLimits
from penstock_kernel.execution.policy import Clock
from penstock_kernel.execution.rate_limits import RateLimits
from penstock_kernel.store.blobs import BlobStore, FileBlobs, root_key
from penstock_kernel.store.credentials import FileVault, Vault
from penstock_kernel.store.links import Links
from penstock_kernel.store.state import FileState, StateStore
from penstock_sandbox.contract import Budget, Sandbox
from penstock_sandbox.egress.egress import Egress
from penstock_sdk import Item, Output
from penstock_sdk.rooted import RootedFiles

if TYPE_CHECKING:
    from penstock_kernel.execution.bodies import BodyKey
    from penstock_kernel.execution.plan import Activation
    from penstock_kernel.execution.resting import Rest
    from penstock_kernel.execution.step_cache import StepCache
    from penstock_kernel.execution.step_view import OneStep, Scene


MAX_MESSAGE = 1_000


class SubWorkflows(Protocol):
    """Runs another workflow for a step."""

    async def __call__(
        self,
        scene: Scene,
        workflow: str,
        items: Sequence[Item],
        *,
        key: str,
        wait: bool,
        rest: Rest,
        version: int | str,
    ) -> Mapping[str, Sequence[Item]]: ...


class Bodies(Protocol):
    """Runs the body of a container for a step."""

    async def __call__(
        self, scene: Scene, activation: Activation, batch: Output, *, key: BodyKey, rest: Rest
    ) -> Output: ...


class DataDir:
    """The stores that live in files. Nothing is written before something is kept."""

    def __init__(
        self, path: Path, clock: Clock, *, secret_key: str = "", blob_store: str = ""
    ) -> None:
        self.path = path
        self.clock = clock
        self._secret_key = secret_key
        self._blob_store = blob_store

    @cached_property
    def key(self) -> bytes:
        return bytes.fromhex(self._secret_key) or root_key(self.path)

    @cached_property
    def state(self) -> StateStore:
        return FileState(self.path / "state", self.clock.now_ms)

    @cached_property
    def blobs(self) -> BlobStore:
        folder = self.path / "blobs"
        if not self._blob_store:
            return FileBlobs(folder, self.key)
        # The library takes a tenth of a second to load.
        from penstock_kernel.store.object_blobs import open_blobs  # noqa: PLC0415

        return open_blobs(folder, self.key, self._blob_store)

    @cached_property
    def links(self) -> Links:
        return Links(self.key, self.blobs, self.clock.now_ms)

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
        sandbox: Callable[[], Coroutine[Any, Any, Sandbox]],
        sub_workflows: SubWorkflows,
        bodies: Bodies,
        budget: Budget,
        roots: RootedFiles,
        rate_limits: RateLimits,
        node_limits: NodeLimits,
        cache: StepCache,
    ) -> None:
        self.clock = clock
        self.egress = egress
        self.bus = bus
        self.sandbox = sandbox
        self.execute_workflow = sub_workflows
        self.run_body = bodies
        self.budget = budget
        self.roots = roots
        self.rate_limits = rate_limits
        self.node_limits = node_limits
        self.cache = cache
        self._data = data
        self._loop = asyncio.get_running_loop()

    @property
    def state(self) -> StateStore:
        return self._data.state

    @property
    def blobs(self) -> BlobStore:
        return self._data.blobs

    @property
    def links(self) -> Links:
        return self._data.links

    @property
    def vault(self) -> Vault:
        return self._data.vault

    def progress(self, view: OneStep, done: float, message: str) -> None:
        """Tell whoever listens how far a step is. A node may call this from a thread."""
        execution = view.scene.whole.id
        if not self.bus.has_listener(subject_of(execution)):
            return
        key = view.activation.key
        event = Event(
            kind="step.progress",
            execution=execution,
            body=view.scene.body,
            at_ms=self.clock.now_ms(),
            node_id=key.node_id,
            node_name=view.spec.name,
            run_index=key.run_index,
            done=min(1.0, max(0.0, done)),
            message=message[:MAX_MESSAGE],
        )
        telling = self.bus.publish(subject_of(execution), encode_event(event))
        asyncio.run_coroutine_threadsafe(telling, self._loop)
