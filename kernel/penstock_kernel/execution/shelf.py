"""Documents that were made ready to run, kept so that the next execution need not do it again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

from penstock_kernel.execution.program import Catalog, Program
from penstock_kernel.execution.subworkflow import WorkflowNotFound
from penstock_kernel.workflow.document import Document, parse
from penstock_kernel.workflow.findings import Finding
from penstock_kernel.workflow.validate import check, validate

#: A document, its text or plain values, or the path of its file.
Workflow = Document | Mapping[str, Any] | str | bytes | Path


class Shelf:
    """The programs used last."""

    def __init__(self, catalog: Catalog, size: int = 64) -> None:
        self._catalog = catalog
        self._size = size
        self._programs: OrderedDict[Hashable, Program] = OrderedDict()

    def findings(self, workflow: Workflow) -> list[Finding]:
        """Everything that is wrong with a document of the right shape.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
            WorkflowNotFound: There is no such file.
        """
        return validate(_document(workflow), self._catalog)

    def program(self, workflow: Workflow) -> tuple[Program, Path | None]:
        """A document made ready to run, and its file, if it came from one.

        Raises:
            DocumentInvalid: It cannot run.
            WorkflowNotFound: There is no such file.
        """
        key, path = _identity(workflow), _path(workflow)
        program = self._programs.get(key) if key is not None else None
        if program is None:
            document = _document(workflow)
            check(document, self._catalog)
            program = Program(document, self._catalog)
            key = id(document) if key is None else key
            self._keep(key, program)
        return program, None if path is None else path.resolve()

    def draft(self, workflow: Workflow) -> tuple[Program, Path | None]:
        """A document that may not be able to run yet, and its file, for looking at its nodes.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
            WorkflowNotFound: There is no such file.
        """
        path = _path(workflow)
        program = Program(_document(workflow), self._catalog)
        return program, None if path is None else path.resolve()

    def _keep(self, key: Hashable, program: Program) -> None:
        self._programs[key] = program
        while len(self._programs) > self._size:
            self._programs.popitem(last=False)


def _identity(workflow: Workflow) -> Hashable | None:
    """What tells two documents apart without reading them."""
    if isinstance(workflow, Document):
        return id(workflow)  # the program keeps the document, so the id is not used again
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
