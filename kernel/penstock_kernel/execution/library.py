"""Finds the workflows that other workflows name: by a path in a file, by an id in the store.

The rules:

* A file names files: a path relative to its own folder.
* A workflow of the store names another of its workspace by its id, and the version: `published`, by
  default, is the one that is active, or the newest where none is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from penstock_kernel.execution.program import Program
from penstock_kernel.execution.shelf import Shelf
from penstock_kernel.execution.subworkflow import WorkflowNotFound, file_of

PUBLISHED = "published"


class StoredText(msgspec.Struct, frozen=True):
    """The text of a version of a workflow in the store."""

    workflow: str
    version: int
    text: str


class Called(msgspec.Struct, frozen=True):
    """A workflow that another one names, made ready to run."""

    program: Program
    workflow_id: str
    version: int | None = None
    file: Path | None = None


class Where(msgspec.Struct, frozen=True):
    """Who names it: a workspace and, of a document from a file, its folder and the outermost."""

    workspace: str
    folder: Path | None
    root: Path | None


#: The text of a workflow by workspace, id and version.
Finds = Callable[[str, str, str], Awaitable[StoredText]]


class Library:
    """All workflows that can be named."""

    def __init__(self, shelf: Shelf, stored: Finds | None = None) -> None:
        self.shelf = shelf
        self._stored = stored

    async def find(self, where: Where, workflow: str, version: str = PUBLISHED) -> Called:
        """A workflow that is named by another one.

        Raises:
            WorkflowNotFound: There is none.
            DocumentInvalid: It cannot run.
        """
        if where.folder is not None:
            path = file_of(where.folder, workflow, root=where.root)
            return Called(self.shelf.program(path)[0], str(path), file=path)
        if self._stored is None:
            message = f"The workflow {workflow!r} is named, and this document is in no file."
            raise WorkflowNotFound(message, hint="Execute the workflow from its file.")
        found = await self._stored(where.workspace, workflow, version)
        return Called(self.shelf.program(found.text)[0], found.workflow, found.version)
