"""What documents come to, kept so that whoever asks next need not wait for it again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from penstock_kernel.execution.program import Program
from penstock_kernel.execution.subworkflow import WorkflowNotFound
from penstock_kernel.packages.catalog import Catalog
from penstock_kernel.packages.pinning import check_pins, pins
from penstock_kernel.workflow.document import Document, parse
from penstock_kernel.workflow.findings import Finding
from penstock_kernel.workflow.validate import check, graph_of, validate
from penstock_sdk import Ports

#: A document, its text or plain values, or the path of its file.
Workflow = Document | Mapping[str, Any] | str | bytes | Path
_SIZE = 64
T = TypeVar("T")


class Checked(NamedTuple):
    """What a document comes to with the node types that are installed."""

    findings: list[Finding]
    #: By node: those that it has with its config.
    ports: Mapping[str, Ports]


class _Recent(Generic[T]):
    """What the documents that were used last came to."""

    def __init__(self, make: Callable[[Document], T]) -> None:
        self._make = make
        #: With what they were made of: as long as that is kept, no other one has its identity.
        self._kept: OrderedDict[Hashable, tuple[Workflow, T]] = OrderedDict()

    def of(self, workflow: Workflow) -> T:
        """What was kept, or is made now; plain values may change and are never kept."""
        key = _identity(workflow)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][1]
        made = self._make(_document(workflow))
        if key is not None:
            self._kept[key] = (workflow, made)
            if len(self._kept) > _SIZE:
                self._kept.popitem(last=False)
        return made


class Shelf:
    """Documents, and what became of those that were used last."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._programs = _Recent(self._program)
        self._checked = _Recent(self._check)

    def findings(self, workflow: Workflow) -> list[Finding]:
        """Everything that is wrong with a document of the right shape.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
            WorkflowNotFound: There is no such file.
        """
        return validate(_document(workflow), self._catalog)

    def checked(self, workflow: Workflow) -> Checked:
        """Everything that is wrong with a document, and the ports of its nodes.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
            WorkflowNotFound: There is no such file.
        """
        return self._checked.of(workflow)

    def _check(self, document: Document) -> Checked:
        graph = graph_of(document, self._catalog)
        return Checked(validate(document, self._catalog, graph), graph.ports)

    def program(self, workflow: Workflow) -> tuple[Program, Path | None]:
        """A document made ready to run, and its file, if it came from one.

        Raises:
            DocumentInvalid: It cannot run.
            WorkflowNotFound: There is no such file.
        """
        program, path = self._programs.of(workflow), _path(workflow)
        return program, None if path is None else path.resolve()

    def _program(self, document: Document) -> Program:
        check(document, self._catalog)
        return Program(document, self._catalog)

    def draft(self, workflow: Workflow) -> tuple[Program, Path | None]:
        """A document that may not be able to run yet, and its file, for looking at its nodes.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
            WorkflowNotFound: There is no such file.
        """
        path = _path(workflow)
        program = Program(_document(workflow), self._catalog)
        return program, None if path is None else path.resolve()

    def pins(self, program: Program) -> Mapping[str, str]:
        """Version and hash of each package that the nodes of a document come from."""
        return pins(program.types.values(), self._catalog.accepted)

    def check_pins(self, pinned: Mapping[str, str]) -> None:
        """Go on only where the packages of strangers are those.

        Raises:
            PackageChanged: One is another one, or is gone.
        """
        check_pins(pinned, self._catalog.accepted)


def _identity(workflow: Workflow) -> Hashable | None:
    """What tells two documents apart without reading them."""
    if isinstance(workflow, Document):
        return id(workflow)
    path = _path(workflow)
    if path is not None:
        try:
            found = path.stat()
        except OSError as error:
            raise _missing(path) from error
        return (str(path.resolve()), found.st_mtime_ns, found.st_size)
    return workflow if isinstance(workflow, str | bytes) else None


def _document(workflow: Workflow) -> Document:
    if isinstance(workflow, Document):
        return workflow
    path = _path(workflow)
    if path is None:
        assert not isinstance(workflow, Path)  # noqa: S101 - a path was found above
        return parse(workflow)
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise _missing(path) from error


def _missing(path: Path) -> WorkflowNotFound:
    message = f"The workflow file {path} cannot be read."
    return WorkflowNotFound(message, hint="Check the path.")


def _path(workflow: Workflow) -> Path | None:
    if isinstance(workflow, Path):
        return workflow
    if isinstance(workflow, str) and not workflow.lstrip("\ufeff \t\r\n").startswith("{"):
        return Path(workflow)
    return None
