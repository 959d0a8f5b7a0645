"""What an execution has answered, for whoever waits in another process or asks again later."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from penstock_kernel.store.records import Answer
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.tables import execution_steps, workflow_executions

_S = execution_steps.c
_E = workflow_executions.c


def system_answer(connection: Connection, execution: str) -> Answer | None:
    """The first answer of an execution, or of what ran in line for it."""
    part = select(_E.id).where(or_(_E.id == execution, _E.root_id == execution))
    ended = (_S.execution_id.in_(part)) & (_S.status == "ok")
    bodies = select(_S.body).where(ended).order_by(_S.finished_ms, _S.seq)
    for packed in connection.execute(bodies).scalars():
        answer = codec.unpack(packed, codec.StepBody).answer
        if answer is not None:
            return answer
    return None
