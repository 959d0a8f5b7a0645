"""What steps are given by the kernel that runs them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from penstock_bus import Bus
from penstock_kernel.execution.answers import Answers
from penstock_kernel.execution.events import Event, Kind, encode_event, subject_of
from penstock_kernel.execution.node_limits import NodeLimits
from penstock_kernel.execution.policy import Clock
from penstock_kernel.execution.rate_limits import RateLimits
from penstock_kernel.store.blobs import BlobStore, FileBlobs, root_key
from penstock_kernel.store.credentials import FileVault, Vault
from penstock_kernel.store.journal import store_needed
from penstock_kernel.store.links import Links, Resume, ResumeLinks
from penstock_kernel.store.sealing import Sealer
from penstock_kernel.store.state import FileState, StateStore
from penstock_sandbox.contract import Budget, Sandbox
from penstock_sandbox.egress.egress import Egress
from penstock_sdk import Item, Output
from penstock_sdk.rooted import RootedFiles

if TYPE_CHECKING:
    from penstock_kernel.execution.bodies import BodyKey
    from penstock_kernel.execution.observing import Observer
    from penstock_kernel.execution.plan import Activation
    from penstock_kernel.execution.resting import Rest
    from penstock_kernel.execution.step_cache import StepCache
    from penstock_kernel.execution.step_view import OneStep, Scene
    from penstock_kernel.packages.loader import Plugins
    from penstock_kernel.secrets.backends import Backends
    from penstock_kernel.settings import Settings
    from penstock_kernel.store.records import ExecutionRecord, StepKey


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
        #: What is in a database is sealed with it.
        self.sealer: Sealer | None = None
        #: Where secrets are kept besides.
        self.backends: Backends | None = None
        #: What goes on until the kernel is closed.
        self.tasks: list[asyncio.Task[None]] = []

    async def close(self) -> None:
        """End what goes on."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    @cached_property
    def root(self) -> bytes:
        """The key that all others depend on."""
        return self.root_again()

    def root_again(self) -> bytes:
        """The same, where somebody may have changed it meanwhile."""
        return bytes.fromhex(self._secret_key) or root_key(self.path)

    @cached_property
    def key(self) -> bytes:
        """For what lies in files: the root key, until a database has another one."""
        return self.root

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
    def resume_links(self) -> ResumeLinks:
        return ResumeLinks(self.key)

    @cached_property
    def vault(self) -> Vault:
        return FileVault(self.path / "credentials", self.key)


async def open_data(settings: Settings, plugins: Plugins, clock: Clock) -> DataDir:
    """The data directory of some settings.

    Raises:
        SecretUnavailable: The root key is kept elsewhere, and is not handed out.
    """
    key = settings.secret_key
    if ":" in key:
        from penstock_kernel.secrets import backends  # noqa: PLC0415 - few keep it elsewhere

        key = await backends.root_key_from(backends.open_backends(plugins, (), clock.now_ms), key)
    return DataDir(settings.data_dir, clock, secret_key=key, blob_store=settings.blob_store)


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
        self.answers = Answers(bus)
        #: What addresses that are given to others begin with; set by whoever serves.
        self.public_url = "http://127.0.0.1:5680"
        #: Whoever counts and times what is executed.
        self.observers: tuple[Observer, ...] = ()
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
    def resume_links(self) -> ResumeLinks:
        return self._data.resume_links

    def resume_url(self, scene: Scene, key: StepKey | None = None) -> str:
        """Where somebody answers a step, or whichever step of an execution waits for him.

        Empty where nothing is kept, and so nobody can answer.
        """
        if self._data.sealer is None:
            return ""
        execution = scene.execution if key is not None else scene.whole
        resume = Resume(execution.workspace_id, execution.id)
        if key is not None:
            resume = Resume(resume.workspace, resume.execution, key.node_id, key.run_index)
        return f"{self.public_url}/resume/{self.resume_links.make(resume)}"

    @property
    def vault(self) -> Vault:
        return self._data.vault

    @property
    def data(self) -> DataDir:
        """Where what lies in files is."""
        return self._data

    @property
    def sealer(self) -> Sealer:
        """Seals what is kept in the database.

        Raises:
            StoreNeeded: There is none.
        """
        if self._data.sealer is None:
            raise store_needed()
        return self._data.sealer

    def ended(self, execution: ExecutionRecord) -> None:
        """An execution has ended, and that is committed."""
        for observer in self.observers:
            observer.execution_ended(execution)

    def progress(self, view: OneStep, done: float, message: str) -> None:
        """Tell whoever listens how far a step is. A node may call this from a thread."""
        self._tell(view, "step.progress", message, done=min(1.0, max(0.0, done)))

    def logged(self, view: OneStep, level: str, message: str) -> None:
        """Tell whoever listens what a step wrote. A node may call this from a thread."""
        self._tell(view, "step.log", message, level=level)

    def _tell(
        self, view: OneStep, kind: Kind, message: str, *, done: float = 0.0, level: str = ""
    ) -> None:
        whole = view.scene.whole
        subject = subject_of(whole)
        if not self.bus.has_listener(subject):
            return
        key = view.activation.key
        event = Event(
            kind=kind,
            workflow=whole.workflow_id,
            execution=whole.id,
            body=view.scene.body,
            at_ms=self.clock.now_ms(),
            node_id=key.node_id,
            node_name=view.spec.name,
            run_index=key.run_index,
            done=done,
            message=message[:MAX_MESSAGE].encode(errors="replace").decode(),
            level=level,
        )
        telling = self.bus.publish(subject, encode_event(event))
        asyncio.run_coroutine_threadsafe(telling, self._loop)
