"""Versions on trial: a share of the events goes to another version, and comes back if it fails."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from penstock_kernel.store.sql.trials import Trial
from penstock_web.api.workflows import OneWorkflow
from penstock_web.http.endpoint import Call, Given, endpoint


class VersionTrying(Given, frozen=True):
    """Which version is to be tried, and how much of the events it gets."""

    version: int
    percent: Annotated[int, Meta(ge=1, le=100)]


@endpoint("GET", "/workflows/{workflow}/trial", needs="workflow:read", tag="versions")
async def show_trial(call: Call, path: OneWorkflow) -> Trial | None:
    """The version on trial, or what became of the last one that was."""
    return await call.kernel.workflows.trial(call.scope, path.workflow)


@endpoint("PUT", "/workflows/{workflow}/trial", needs="workflow:publish", tag="versions")
async def try_version(call: Call, path: OneWorkflow, body: VersionTrying) -> Trial:
    """Let a share of the events start another version than the active one.

    When more than one in ten of its last twenty executions failed, it is taken back by itself.
    """
    return await call.kernel.workflows.try_(call.scope, path.workflow, body.version, body.percent)


@endpoint("DELETE", "/workflows/{workflow}/trial", needs="workflow:publish", tag="versions")
async def end_trial(call: Call, path: OneWorkflow) -> None:
    """Let all events start the active version again. To keep the new one, activate it."""
    await call.kernel.workflows.end_trial(call.scope, path.workflow, "It was ended by hand.")


ENDPOINTS = [show_trial, try_version, end_trial]
