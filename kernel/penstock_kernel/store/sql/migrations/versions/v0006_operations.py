"""What operators watch and are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
_DURATIONS_MS = (
    *(5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000),
    *(30_000, 60_000, 300_000, 3_600_000),
)


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    amounts = ("executions", "failed", "canceled", "steps", "took_ms")
    used = ("fuel", "cpu_us", "bytes", "tokens")
    within = [f"within_{limit}" for limit in _DURATIONS_MS]
    op.create_table(
        "usage",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("shard", sa.BigInteger(), autoincrement=False, nullable=False),
        *[_amount(name) for name in (*amounts, *used, *within)],
        sa.PrimaryKeyConstraint(
            "workspace_id", "from_ms", "workflow_id", "shard", name=op.f("pk_usage")
        ),
    )
    op.create_index("ix_usage_old", "usage", ["from_ms"])
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=True),
        *[_amount(name) for name in ("threshold", "window_ms", "cooldown_ms", "least")],
        sa.Column("disabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        _amount("secret_version", 1),
        _amount("revision", 1),
        sa.Column("state", sa.Text(), server_default="ok", nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        *[_amount(name) for name in ("since_ms", "told_ms", "created_ms", "updated_ms")],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rules")),
    )
    op.create_index("ix_alert_rules_listed", "alert_rules", ["workspace_id", "name"])
    op.create_table(
        "alert_messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        _amount("created_ms"),
        sa.Column("status", sa.Text(), server_default="due", nullable=False),
        _amount("attempts"),
        _amount("due_ms"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_messages")),
    )
    op.create_index("ix_alert_messages_of", "alert_messages", ["rule_id", "created_ms"])
    op.create_index("ix_alert_messages_due", "alert_messages", ["status", "due_ms"])


def _amount(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=str(default), nullable=False)
