"""Versions on trial: a share of a workflow's events goes to another version, which is watched.

The rules:

* A trial belongs to a workflow that is active. Activating any version ends it.
* What is watched is the last executions of the version since the trial began. More than one in ten
  that failed among the last twenty takes it back, with the reason kept.
* A version that does not keep what went well cannot be tried: only its failures would be seen.
* Who takes a trial back has seen it: another one that was begun since goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from sqlalchemy import Connection, and_, select, update

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import audit, codec, hooks, texts
from penstock_kernel.store.sql import workflows as rows
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables import workflow_executions, workflows
from penstock_sdk import PenstockError

_W = workflows.c
_E = workflow_executions.c
WATCHED = 20
#: So many failures among those watched are too many.
TOO_MANY = WATCHED // 10 + 1
_FAILED = ("error", "dead")


class TrialRefused(PenstockError):
    """No version can be tried like this."""

    code: ClassVar[str] = "trial.refused"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A version on trial, or what became of the last one that was."""

    version: int
    #: Of the events, while it goes on.
    percent: int
    since_ms: int
    ended_ms: int | None = None
    #: Why it was ended.
    reason: str = ""
    finished: int = 0
    failed: int = 0


class _Settings(msgspec.Struct):
    save: str = "all"


class _Saving(msgspec.Struct):
    """What a document says about keeping its executions."""

    settings: _Settings = msgspec.field(default_factory=_Settings)


_SAVING = msgspec.json.Decoder(_Saving)


class OnTrial(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow with a trial that goes on."""

    workflow: str
    workspace: str
    trial: Trial


def begin(
    connection: Connection, scope: Scope, workflow: str, version: int, percent: int, now_ms: int
) -> Trial:
    """Let a share of the events start another version from now on.

    Raises:
        TrialRefused: The workflow is not active, or it is the version that is active already, or
            one that does not keep all of its executions.
        WorkflowMissing: There is no such workflow, or no such version.
        WorkflowLocked: Somebody else works on it.
    """
    row = rows.changeable(connection, scope, workflow, now_ms, "workflow:publish")
    document = rows.version(connection, scope, workflow, version).document_id
    if row["active_version"] in (None, version):
        raise TrialRefused(
            f"Version {version} of {row['name']!r} cannot be tried: "
            + ("it is active." if row["active_version"] else "no version is active."),
            hint="Activate one version, and try another one beside it.",
        )
    save = _SAVING.decode(texts.read(connection, scope, document)).settings.save
    if save != "all":
        raise TrialRefused(
            f"Version {version} of {row['name']!r} cannot be tried: with `save: {save}` nobody can "
            "tell how many of its executions go well.",
            hint="Set `save` to `all` in the settings of the workflow, publish it, and try that.",
        )
    trial = Trial(version=version, percent=percent, since_ms=now_ms)
    _keep(connection, workflow, trial)
    told = {"version": version, "percent": percent}
    audit.record(connection, scope, "workflow.trial_begun", workflow, told, now_ms)
    return trial


def end(connection: Connection, scope: Scope, workflow: str, reason: str, now_ms: int) -> Trial:
    """Let all events start the active version again.

    Raises:
        TrialRefused: None goes on.
        WorkflowMissing: There is none with this id.
        WorkflowLocked: Somebody else works on it.
    """
    rows.changeable(connection, scope, workflow, now_ms, "workflow:publish")
    trial = shown(connection, scope, workflow)
    if trial is None or trial.ended_ms is not None:
        raise TrialRefused("No version is on trial.", hint="Begin a trial first.")
    return _ended(connection, scope, workflow, trial, reason, now_ms)


def shown(connection: Connection, scope: Scope, workflow: str) -> Trial | None:
    """The trial that goes on, or the last one.

    Raises:
        WorkflowMissing: There is none with this id.
    """
    rows.get(connection, scope, workflow)
    story = connection.execute(select(_W.canary_story).where(_W.id == workflow)).scalar_one()
    trial = None if story is None else codec.unpack(story, Trial)
    if trial is None or trial.ended_ms is not None:
        return trial
    finished, failed = _tally(connection, workflow, trial)
    return msgspec.structs.replace(trial, finished=finished, failed=failed)


def system_on_trial(connection: Connection) -> Sequence[OnTrial]:
    """All trials that go on."""
    found = select(_W.id, _W.workspace_id, _W.canary_story).where(_W.canary_version.is_not(None))
    return [_on_trial(row) for row in all_rows(connection.execute(found))]


def system_take_back(connection: Connection, one: OnTrial, now_ms: int) -> Trial | None:
    """End a trial whose version fails too often; none: it may go on, or it is over already."""
    if not _stands(connection, one):
        return None
    finished, failed = _tally(connection, one.workflow, one.trial)
    if failed < TOO_MANY:
        return None
    reason = f"{failed} of the last {finished} executions failed."
    trial = msgspec.structs.replace(one.trial, finished=finished, failed=failed)
    scope = Scope(one.workspace, "trials")
    return _ended(connection, scope, one.workflow, trial, reason, now_ms)


def _stands(connection: Connection, one: OnTrial) -> bool:
    """Does this trial still go on? Whoever ends it or begins another one waits from here on."""
    own = (_W.id == one.workflow) & _W.canary_version.is_not(None)
    found = connection.execute(select(_W.canary_story).where(own).with_for_update())
    story = found.scalar_one_or_none()
    return story is not None and codec.unpack(story, Trial) == one.trial


def _tally(connection: Connection, workflow: str, trial: Trial) -> tuple[int, int]:
    """Of the last executions on trial: how many ended, and how many of them badly."""
    own = and_(
        _E.workflow_id == workflow,
        _E.version == trial.version,
        _E.created_ms >= trial.since_ms,
        _E.status.in_(("success", *_FAILED)),
    )
    last = select(_E.status).where(own).order_by(_E.created_ms.desc()).limit(WATCHED)
    status = list(connection.execute(last).scalars())
    return len(status), sum(one in _FAILED for one in status)


def _ended(
    connection: Connection, scope: Scope, workflow: str, trial: Trial, reason: str, now_ms: int
) -> Trial:
    over = msgspec.structs.replace(trial, ended_ms=now_ms, reason=reason)
    _keep(connection, workflow, over)
    told = {"version": trial.version, "reason": reason}
    audit.record(connection, scope, "workflow.trial_ended", workflow, told, now_ms)
    return over


def _keep(connection: Connection, workflow: str, trial: Trial) -> None:
    goes_on = trial.ended_ms is None
    values = {
        "canary_version": trial.version if goes_on else None,
        "canary_percent": trial.percent if goes_on else 0,
        "canary_story": codec.pack(trial),
    }
    connection.execute(update(workflows).where(_W.id == workflow).values(values))
    hooks.changed(connection)


def _on_trial(row: Row) -> OnTrial:
    trial = codec.unpack(row["canary_story"], Trial)
    return OnTrial(workflow=row["id"], workspace=row["workspace_id"], trial=trial)
