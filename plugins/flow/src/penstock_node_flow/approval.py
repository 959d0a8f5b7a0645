"""The node that waits until somebody has decided."""

from __future__ import annotations

from collections.abc import Sequence

from penstock_sdk import Context, Item, Node, Port, Result, Wait, boolean, number, text

_DAY_MS = 86_400_000
_APPROVED = {"order": 7, "approval": {"decision": "approve", "by": "Ada", "comment": ""}}


class Approval(Node):
    """Waits for a decision, and lets the items go on where it leads."""

    id = "penstock/flow.approval"
    title = "Approval"
    description = "Asks somebody to approve or to decline, and goes on with the answer."
    group = "flow"
    icon = "badge-check"
    aliases = ("confirm", "human in the loop", "review", "sign off", "decision", "ask")
    docs = (
        "Send `$execution.resumeUrl` to whoever decides, in the node before: the page behind it "
        "shows the title and the message and takes one answer. Whoever may run the workflow finds "
        "it in the inbox too. Each item says what was decided under `approval`. The wait costs "
        "nothing and outlives restarts."
    )
    outputs = (
        Port(name="approved", title="Approved", sample=_APPROVED),
        Port(name="declined", title="Declined"),
        Port(name="expired", title="Nobody answered"),
    )

    title_: str = text("", title="Title", placeholder="Pay this invoice?")
    message: str = text("", title="Message", multiline=True)
    approve: str = text("Approve", title="Word for yes", advanced=True)
    decline: str = text("Decline", title="Word for no", advanced=True)
    comment: bool = boolean(True, title="A comment may be given", advanced=True)
    days: float = number(7, minimum=0.001, maximum=3_650, title="Wait for at most (days)")

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Ask, once for all items."""
        if not items:
            return []
        return Wait(
            until_ms=ctx.now_ms() + round(float(ctx.param("days")) * _DAY_MS),
            port="expired",
            kind="approval",
            answers={"approve": "approved", "decline": "declined"},
            shows={
                "title": ctx.param("title") or ctx.workflow_name,
                "message": ctx.param("message"),
                "words": {"approve": ctx.param("approve"), "decline": ctx.param("decline")},
                "comment": ctx.param("comment"),
            },
        )
