"""Find the workflow that a step names, and give back what it gave.

The rules:

* A file names another by a path relative to its own folder. The path, links followed, stays within
  the folder of the file that was executed first.
* A sub-workflow that is waited for runs in line, in the slot of the step that waits.
* Executions nest to a limit, so that a workflow that calls itself ends with an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from penstock_kernel.store.records import ErrorRecord
from penstock_sdk import NodeFailed, PenstockError

MAX_DEPTH = 20


class WorkflowNotFound(PenstockError):
    """A step names a workflow that is not there."""

    code: ClassVar[str] = "workflow.not_found"


class NestedTooDeep(PenstockError):
    """Workflows call each other more often than is allowed."""

    code: ClassVar[str] = "workflow.nested_too_deep"


class SubWorkflowFailed(NodeFailed):
    """The workflow that a step called has failed."""

    code: ClassVar[str] = "workflow.sub_failed"


def file_of(folder: Path | None, workflow: str, *, root: Path | None) -> Path:
    """The file of a workflow that a document names.

    Raises:
        WorkflowNotFound: There is no such file, or the document came from none.
    """
    if folder is None or root is None:
        message = f"The workflow {workflow!r} is named by a path, and this document is in no file."
        raise WorkflowNotFound(message, hint="Execute the workflow from its file.")
    path = _resolved(folder, workflow)
    if path is not None and not path.is_relative_to(root.resolve()):
        message = f"The workflow file {workflow!r} lies outside of the folder that was executed."
        raise WorkflowNotFound(message, hint=f"Move it into {root}.")
    if path is None or not path.is_file():
        message = f"There is no workflow file {workflow!r} beside this one."
        raise WorkflowNotFound(message, hint=f"Write a path relative to {folder}.")
    return path


def _resolved(folder: Path, workflow: str) -> Path | None:
    try:
        return None if Path(workflow).is_absolute() else (folder / workflow).resolve()
    except (OSError, ValueError, RuntimeError):  # a null byte, links that lead to each other
        return None


def check_depth(depth: int) -> None:
    """Refuse to nest any deeper.

    Raises:
        NestedTooDeep: The limit is reached.
    """
    if depth >= MAX_DEPTH:
        message = f"Workflows are nested more than {MAX_DEPTH} deep here."
        raise NestedTooDeep(message, hint="Check whether a workflow calls itself without an end.")


def failure_of(name: str, error: ErrorRecord | None, status: str) -> SubWorkflowFailed:
    """The failure of a sub-workflow, as the step that called it tells it."""
    why = f"ended as {status}" if error is None else f"failed: {error.message}"
    failed = SubWorkflowFailed(f"The workflow {name!r} {why}")
    if error is not None:
        failed.hint = error.hint
        failed.data = {"code": error.code, "node": error.node_name}
    return failed
