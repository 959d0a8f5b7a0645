"""Every call of the API.

Made from the description of the API by `python dev.py clients`; do not change it here.
"""

from __future__ import annotations

from typing import Any, Literal

from penstock_client import models
from penstock_client.pages import Page, Pages
from penstock_client.transport import Asked, Reply, Transport, place


class Operations:
    """One method for each operation, called as the description calls it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_alerts(self) -> Pages[models.AlertsRule]:
        """The alert rules of the workspace, by name, and how things stand with them.

        Needs `workspace:write`.
        """
        asked = Asked("GET", "/api/v1/alerts")
        return Pages(self._transport, asked, Page[models.AlertsRule])

    async def add_alert(
        self, body: models.AlertGiven, *, idempotency_key: str | None = None
    ) -> Reply[models.AlertsRule]:
        """Keep a new alert rule.

        Needs `workspace:write`.
        """
        asked = Asked("POST", "/api/v1/alerts", body=body, key=self._transport.key(idempotency_key))
        found: Reply[models.AlertsRule] = await self._transport.reply(asked, models.AlertsRule)
        return found

    async def remove_alert(self, alert: str) -> None:
        """Remove an alert rule, and what is known of its messages.

        Needs `workspace:write`.

        Args:
            alert: Which alert.
        """
        asked = Asked("DELETE", f"/api/v1/alerts/{place(alert)}")
        await self._transport.done(asked)

    async def show_alert(self, alert: str) -> Reply[models.AlertsRule]:
        """One alert rule.

        Needs `workspace:write`.

        Args:
            alert: Which alert.
        """
        asked = Asked("GET", f"/api/v1/alerts/{place(alert)}")
        found: Reply[models.AlertsRule] = await self._transport.reply(asked, models.AlertsRule)
        return found

    async def change_alert(
        self, alert: str, body: models.AlertGiven, *, etag: str | None = None
    ) -> Reply[models.AlertsRule]:
        """Change an alert rule; send the ETag that you saw as `If-Match`.

        Needs `workspace:write`.

        Args:
            alert: Which alert.
        """
        asked = Asked("PUT", f"/api/v1/alerts/{place(alert)}", body=body, etag=etag)
        found: Reply[models.AlertsRule] = await self._transport.reply(asked, models.AlertsRule)
        return found

    def list_alert_messages(self, alert: str) -> Pages[models.Message]:
        """The messages of an alert rule, the newest first, and what became of them.

        Needs `workspace:write`.

        Args:
            alert: Which alert.
        """
        asked = Asked("GET", f"/api/v1/alerts/{place(alert)}/messages")
        return Pages(self._transport, asked, Page[models.Message])

    async def show_alert_secret(self, alert: str) -> models.Secret:
        """What the messages of an alert rule are signed with.

        Needs `workspace:write`.

        Args:
            alert: Which alert.
        """
        asked = Asked("GET", f"/api/v1/alerts/{place(alert)}/secret")
        found: models.Secret = await self._transport.value(asked, models.Secret)
        return found

    async def renew_alert_secret(self, alert: str) -> models.Secret:
        """Sign the messages of an alert rule with a new secret from now on.

        Needs `workspace:write`.

        Args:
            alert: Which alert.
        """
        asked = Asked("POST", f"/api/v1/alerts/{place(alert)}/secret")
        found: models.Secret = await self._transport.value(asked, models.Secret)
        return found

    async def test_alert(self, alert: str, *, idempotency_key: str | None = None) -> models.Message:
        """Send a message that says that messages arrive, now.

        Whatever keeps it from arriving is the answer.

        Needs `workspace:write`.

        Args:
            alert: Which alert.
        """
        asked = Asked(
            "POST", f"/api/v1/alerts/{place(alert)}/test", key=self._transport.key(idempotency_key)
        )
        found: models.Message = await self._transport.value(asked, models.Message)
        return found

    def list_approvals(self) -> Pages[models.Asked]:
        """What waits for a decision in the workspace, the oldest first.

        Needs `execution:read`.
        """
        asked = Asked("GET", "/api/v1/approvals")
        return Pages(self._transport, asked, Page[models.Asked])

    async def decide_approval(
        self,
        execution: str,
        node: str,
        run_index: int,
        body: models.Decision,
        *,
        idempotency_key: str | None = None,
    ) -> None:
        """Approve or decline; the workflow goes on with it.

        Needs `execution:run`.

        Args:
            execution: Which execution.
            node: Which node.
            run_index: Which run index.
        """
        asked = Asked(
            "POST",
            f"/api/v1/approvals/{place(execution)}/{place(node)}/{place(run_index)}",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        await self._transport.done(asked)

    def list_events(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        actor: str | None = None,
        action: str | None = None,
        target: str | None = None,
        since_ms: int | None = None,
        until_ms: int | None = None,
        organization: bool | None = None,
    ) -> Pages[models.Recorded]:
        """What was done in this workspace, or in the whole organization; the newest first.

        Needs `audit:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
            actor: Id of who did it.
            action: One action, or all of a kind: `user.changed`, `user`.
            target: Id of what it was done to.
            organization: Of all workspaces of the organization. By default False.
        """
        asked = Asked(
            "GET",
            "/api/v1/audit",
            query={
                "cursor": cursor,
                "limit": limit,
                "actor": actor,
                "action": action,
                "target": target,
                "since_ms": since_ms,
                "until_ms": until_ms,
                "organization": organization,
            },
        )
        return Pages(self._transport, asked, Page[models.Recorded])

    async def end_capture(self, capture: str) -> None:
        """Listen no more.

        Needs `workflow:run`.

        Args:
            capture: Which capture.
        """
        asked = Asked("DELETE", f"/api/v1/captures/{place(capture)}")
        await self._transport.done(asked)

    async def show_capture(self, capture: str) -> models.CaptureShown:
        """Show what became of a capture.

        Needs `workflow:read`.

        Args:
            capture: Which capture.
        """
        asked = Asked("GET", f"/api/v1/captures/{place(capture)}")
        found: models.CaptureShown = await self._transport.value(asked, models.CaptureShown)
        return found

    async def ask_device_sign_in(
        self, body: models.Asking, *, idempotency_key: str | None = None
    ) -> models.DeviceState:
        """Ask whether the account is connected by now.

        Needs `credential:write`.
        """
        asked = Asked(
            "POST",
            "/api/v1/credential-devices",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: models.DeviceState = await self._transport.value(asked, models.DeviceState)
        return found

    async def list_credential_types(self) -> models.CredentialTypesShown:
        """The types of credentials, each with the JSON Schema of its fields.

        Needs `credential:read`.
        """
        asked = Asked("GET", "/api/v1/credential-types")
        found: models.CredentialTypesShown = await self._transport.value(
            asked, models.CredentialTypesShown
        )
        return found

    def list_credentials(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        search: str | None = None,
        type: str | None = None,
        overdue: bool | None = None,
    ) -> Pages[models.CredentialShown]:
        """The credentials that you may see, by name.

        Needs `credential:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
            search: Part of the name.
            overdue: Only those that are to be changed by now. By default False.
        """
        asked = Asked(
            "GET",
            "/api/v1/credentials",
            query={
                "cursor": cursor,
                "limit": limit,
                "search": search,
                "type": type,
                "overdue": overdue,
            },
        )
        return Pages(self._transport, asked, Page[models.CredentialShown])

    async def add_credential(
        self, body: models.CredentialGiven, *, idempotency_key: str | None = None
    ) -> Reply[models.CredentialShown]:
        """Keep a new credential.

        Needs `credential:write`.
        """
        asked = Asked(
            "POST", "/api/v1/credentials", body=body, key=self._transport.key(idempotency_key)
        )
        found: Reply[models.CredentialShown] = await self._transport.reply(
            asked, models.CredentialShown
        )
        return found

    async def remove_credential(self, credential: str) -> None:
        """Forget a credential; nodes that use it fail from then on.

        Needs `credential:delete`.

        Args:
            credential: Which credential.
        """
        asked = Asked("DELETE", f"/api/v1/credentials/{place(credential)}")
        await self._transport.done(asked)

    async def show_credential(self, credential: str) -> Reply[models.CredentialShown]:
        """A credential, without what is secret. A change has to name its `ETag`.

        Needs `credential:read`.

        Args:
            credential: Which credential.
        """
        asked = Asked("GET", f"/api/v1/credentials/{place(credential)}")
        found: Reply[models.CredentialShown] = await self._transport.reply(
            asked, models.CredentialShown
        )
        return found

    async def change_credential(
        self,
        credential: str,
        body: models.CredentialChange | None = None,
        *,
        etag: str | None = None,
    ) -> Reply[models.CredentialShown]:
        """Change a credential. `If-Match` has the `ETag` of what was read.

        What is secret has to be entered again together with a change of where it is sent.

        Needs `credential:write`.

        Args:
            credential: Which credential.
        """
        asked = Asked("PATCH", f"/api/v1/credentials/{place(credential)}", body=body, etag=etag)
        found: Reply[models.CredentialShown] = await self._transport.reply(
            asked, models.CredentialShown
        )
        return found

    async def begin_device_sign_in(self, credential: str) -> models.DeviceBegun:
        """Begin to connect an account on another device: what to enter there, and where.

        Needs `credential:write`.

        Args:
            credential: Which credential.
        """
        asked = Asked("POST", f"/api/v1/credentials/{place(credential)}/device")
        found: models.DeviceBegun = await self._transport.value(asked, models.DeviceBegun)
        return found

    async def begin_sign_in(self, credential: str) -> models.Begun:
        """Begin to connect an account: where the browser has to go.

        The browser comes back to `/api/v1/oauth/callback` of this server, an address to be
        entered at the other one.

        Needs `credential:write`.

        Args:
            credential: Which credential.
        """
        asked = Asked("POST", f"/api/v1/credentials/{place(credential)}/sign-in")
        found: models.Begun = await self._transport.value(asked, models.Begun)
        return found

    async def check_credential(
        self,
        credential: str,
        body: models.CredentialTrying | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.CredentialShown:
        """Look whether it works, by one request; `test_error` says what came of it.

        Needs `credential:use`.

        Args:
            credential: Which credential.
        """
        asked = Asked(
            "POST",
            f"/api/v1/credentials/{place(credential)}/test",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: models.CredentialShown = await self._transport.value(asked, models.CredentialShown)
        return found

    async def usage_of_credential(self, credential: str) -> models.CredentialUsage:
        """The nodes that may use it.

        Needs `credential:read`.

        Args:
            credential: Which credential.
        """
        asked = Asked("GET", f"/api/v1/credentials/{place(credential)}/usage")
        found: models.CredentialUsage = await self._transport.value(asked, models.CredentialUsage)
        return found

    async def end_sign_in(
        self,
        *,
        state: str | None = None,
        code: str | None = None,
        iss: str | None = None,
        error: str | None = None,
    ) -> bytes:
        """Where the browser comes back to. The page is the same whatever was sent.

        Needs `credential:write`.
        """
        asked = Asked(
            "GET",
            "/api/v1/oauth/callback",
            query={"state": state, "code": code, "iss": iss, "error": error},
        )
        return await self._transport.content(asked)

    def list_destinations(self) -> Pages[models.Destination]:
        """Who is told what happens in the workspace.

        Needs `workspace:write`.
        """
        asked = Asked("GET", "/api/v1/destinations")
        return Pages(self._transport, asked, Page[models.Destination])

    async def add_destination(self, body: models.DestinationGiven) -> models.WithSecret:
        """Tell somebody from now on. Messages are signed as Standard Webhooks has it.

        Needs `workspace:write`.
        """
        asked = Asked("POST", "/api/v1/destinations", body=body)
        found: models.WithSecret = await self._transport.value(asked, models.WithSecret)
        return found

    async def remove_destination(self, destination: str) -> None:
        """Tell somebody nothing any more.

        Needs `workspace:write`.

        Args:
            destination: Which destination.
        """
        asked = Asked("DELETE", f"/api/v1/destinations/{place(destination)}")
        await self._transport.done(asked)

    async def change_destination(
        self, destination: str, body: models.DestinationGiven
    ) -> models.Destination:
        """Change who is told what.

        Needs `workspace:write`.

        Args:
            destination: Which destination.
        """
        asked = Asked("PUT", f"/api/v1/destinations/{place(destination)}", body=body)
        found: models.Destination = await self._transport.value(asked, models.Destination)
        return found

    def list_destination_messages(
        self, destination: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.EventMessage]:
        """What somebody was told in the last week, the newest first, and what became of it.

        Needs `workspace:write`.

        Args:
            destination: Which destination.
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked(
            "GET",
            f"/api/v1/destinations/{place(destination)}/messages",
            query={"cursor": cursor, "limit": limit},
        )
        return Pages(self._transport, asked, Page[models.EventMessage])

    async def send_message_again(
        self, destination: str, message: str, *, idempotency_key: str | None = None
    ) -> None:
        """Send a message again, with the id that it has.

        Needs `workspace:write`.

        Args:
            destination: Which destination.
            message: Which message.
        """
        asked = Asked(
            "POST",
            f"/api/v1/destinations/{place(destination)}/messages/{place(message)}/again",
            key=self._transport.key(idempotency_key),
        )
        await self._transport.done(asked)

    async def renew_destination_secret(self, destination: str) -> models.WithSecret:
        """Sign with another secret from now on; the one before counts no more.

        Needs `workspace:write`.

        Args:
            destination: Which destination.
        """
        asked = Asked("POST", f"/api/v1/destinations/{place(destination)}/secret")
        found: models.WithSecret = await self._transport.value(asked, models.WithSecret)
        return found

    async def test_destination(
        self, destination: str, *, idempotency_key: str | None = None
    ) -> None:
        """Send a message that says that messages arrive, at once and once.

        Needs `workspace:write`.

        Args:
            destination: Which destination.
        """
        asked = Asked(
            "POST",
            f"/api/v1/destinations/{place(destination)}/test",
            key=self._transport.key(idempotency_key),
        )
        await self._transport.done(asked)

    async def run_text(
        self,
        body: models.TryingText,
        *,
        wait: bool | None = None,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
    ) -> Reply[models.Started]:
        """Run a text that belongs to no workflow, whole or in part.

        Needs `workflow:write`.

        Args:
            wait: Answer when it has ended, and not as soon as it is accepted. By default
                False.
            timeout_s: How long to wait at most. By default 30.0.
        """
        asked = Asked(
            "POST",
            "/api/v1/drafts/executions",
            query={"wait": wait, "timeout_s": timeout_s},
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.Started] = await self._transport.reply(asked, models.Started)
        return found

    def list_comments(self, workflow: str) -> Pages[models.Comment]:
        """What was said about a workflow, in the order in which it was said.

        Needs `comment:read`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("GET", f"/api/v1/workflows/{place(workflow)}/comments")
        return Pages(self._transport, asked, Page[models.Comment])

    async def add_comment(
        self, workflow: str, body: models.CommentGiven, *, idempotency_key: str | None = None
    ) -> models.Comment:
        """Say something about a node, an edge or the workflow, or answer what was said.

        Needs `comment:write`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked(
            "POST",
            f"/api/v1/workflows/{place(workflow)}/comments",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: models.Comment = await self._transport.value(asked, models.Comment)
        return found

    async def remove_comment(self, workflow: str, comment: str) -> None:
        """Take back what one has said, with its answers.

        Needs `comment:write`.

        Args:
            workflow: Which workflow.
            comment: Which comment.
        """
        asked = Asked("DELETE", f"/api/v1/workflows/{place(workflow)}/comments/{place(comment)}")
        await self._transport.done(asked)

    async def change_comment(
        self, workflow: str, comment: str, body: models.CommentChanged | None = None
    ) -> models.Comment:
        """Say something else, or settle what was said.

        Needs `comment:write`.

        Args:
            workflow: Which workflow.
            comment: Which comment.
        """
        asked = Asked(
            "PATCH", f"/api/v1/workflows/{place(workflow)}/comments/{place(comment)}", body=body
        )
        found: models.Comment = await self._transport.value(asked, models.Comment)
        return found

    async def edit_draft(
        self, workflow: str, body: models.Editing, *, etag: str | None = None
    ) -> Reply[models.Edited]:
        """Change parts of a draft, all of them or none. `If-Match` names the revision that was
        read.

        Each edit has an `op`: `set_node`, `change_node`, `rename_node`, `remove_node`,
        `add_edge`, `remove_edge`, `set_setting`, `set_about`, `set_layout`, `set_note`,
        `remove_note`, `set_group`, `remove_group`, `set_fixture`, `remove_fixture`,
        `set_test`, `remove_test`, `add_comment`, `change_comment`, `resolve_comment`,
        `remove_comment`.

        Needs `workflow:write`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("PATCH", f"/api/v1/workflows/{place(workflow)}/draft", body=body, etag=etag)
        found: Reply[models.Edited] = await self._transport.reply(asked, models.Edited)
        return found

    async def run_draft(
        self,
        workflow: str,
        body: models.TryingDraft | None = None,
        *,
        wait: bool | None = None,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
    ) -> Reply[models.Started]:
        """Run the draft of a workflow, or another text in its place, whole or in part.

        Fixtures and breakpoints count. Another text in its place needs `workflow:write`.

        Needs `workflow:run`.

        Args:
            workflow: Which workflow.
            wait: Answer when it has ended, and not as soon as it is accepted. By default
                False.
            timeout_s: How long to wait at most. By default 30.0.
        """
        asked = Asked(
            "POST",
            f"/api/v1/workflows/{place(workflow)}/draft/executions",
            query={"wait": wait, "timeout_s": timeout_s},
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.Started] = await self._transport.reply(asked, models.Started)
        return found

    async def run_node(
        self,
        workflow: str,
        node: str,
        body: models.TryingNode | None = None,
        *,
        wait: bool | None = None,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
    ) -> Reply[models.Started]:
        """Run one node of a draft alone, on given items or on what an earlier execution gave it.

        What leads to the node and was not done in the earlier execution runs too.

        Needs `workflow:run`.

        Args:
            workflow: Which workflow.
            node: Which node.
            wait: Answer when it has ended, and not as soon as it is accepted. By default
                False.
            timeout_s: How long to wait at most. By default 30.0.
        """
        asked = Asked(
            "POST",
            f"/api/v1/workflows/{place(workflow)}/draft/nodes/{place(node)}/executions",
            query={"wait": wait, "timeout_s": timeout_s},
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.Started] = await self._transport.reply(asked, models.Started)
        return found

    def list_executions(
        self,
        *,
        workflow: str | None = None,
        status: list[
            Literal["canceled", "dead", "error", "queued", "running", "success", "waiting"]
        ]
        | None = None,
        mode: str | None = None,
        from_ms: int | None = None,
        until_ms: int | None = None,
        key: list[str] | None = None,
        retry_of: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Pages[models.OverviewListed]:
        """The executions of the workspace, newest first.

        Needs `execution:read`.

        Args:
            status: Any of these; none: all.
            mode: Who started them: `webhook`, `schedule`, `manual`, ….
            from_ms: Created since and until then, in milliseconds since 1970.
            key: Custom data that they have, each as `name=value`.
            retry_of: The one that they were made from.
            cursor: `next_cursor` of the page before.
        """
        asked = Asked(
            "GET",
            "/api/v1/executions",
            query={
                "workflow": workflow,
                "status": status,
                "mode": mode,
                "from_ms": from_ms,
                "until_ms": until_ms,
                "key": key,
                "retry_of": retry_of,
                "cursor": cursor,
                "limit": limit,
            },
        )
        return Pages(self._transport, asked, Page[models.OverviewListed])

    async def change_executions(
        self, body: models.Many, *, idempotency_key: str | None = None
    ) -> models.ManyDone:
        """Run many executions again, cancel or remove them: a thousand at most, the oldest
        first.

        Each one needs the grant that it needs alone; what is refused is told with the others.

        Needs `execution:read`.
        """
        asked = Asked(
            "POST", "/api/v1/executions/bulk", body=body, key=self._transport.key(idempotency_key)
        )
        found: models.ManyDone = await self._transport.value(asked, models.ManyDone)
        return found

    async def count_executions(
        self,
        *,
        workflow: str | None = None,
        status: list[
            Literal["canceled", "dead", "error", "queued", "running", "success", "waiting"]
        ]
        | None = None,
        mode: str | None = None,
        from_ms: int | None = None,
        until_ms: int | None = None,
        key: list[str] | None = None,
        retry_of: str | None = None,
    ) -> models.Counts:
        """How many executions there are of each status.

        Needs `execution:read`.

        Args:
            status: Any of these; none: all.
            mode: Who started them: `webhook`, `schedule`, `manual`, ….
            from_ms: Created since and until then, in milliseconds since 1970.
            key: Custom data that they have, each as `name=value`.
            retry_of: The one that they were made from.
        """
        asked = Asked(
            "GET",
            "/api/v1/executions/counts",
            query={
                "workflow": workflow,
                "status": status,
                "mode": mode,
                "from_ms": from_ms,
                "until_ms": until_ms,
                "key": key,
                "retry_of": retry_of,
            },
        )
        found: models.Counts = await self._transport.value(asked, models.Counts)
        return found

    async def remove_execution(self, execution: str) -> None:
        """Remove an execution that has ended, with all its data.

        Needs `execution:delete`.

        Args:
            execution: Which execution.
        """
        asked = Asked("DELETE", f"/api/v1/executions/{place(execution)}")
        await self._transport.done(asked)

    async def show_execution(self, execution: str) -> models.ExecutionShown:
        """An execution, without the items that went through it.

        Needs `execution:read`.

        Args:
            execution: Which execution.
        """
        asked = Asked("GET", f"/api/v1/executions/{place(execution)}")
        found: models.ExecutionShown = await self._transport.value(asked, models.ExecutionShown)
        return found

    async def cancel_execution(
        self, execution: str, *, idempotency_key: str | None = None
    ) -> models.Canceled:
        """Stop an execution at once, wherever it runs or waits.

        Needs `execution:write`.

        Args:
            execution: Which execution.
        """
        asked = Asked(
            "POST",
            f"/api/v1/executions/{place(execution)}/cancel",
            key=self._transport.key(idempotency_key),
        )
        found: models.Canceled = await self._transport.value(asked, models.Canceled)
        return found

    async def continue_execution(
        self,
        execution: str,
        body: models.GoingOn | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> None:
        """Let an execution go on that stands at a breakpoint, or take one step.

        Needs `execution:run`.

        Args:
            execution: Which execution.
        """
        asked = Asked(
            "POST",
            f"/api/v1/executions/{place(execution)}/continue",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        await self._transport.done(asked)

    async def decide_execution(
        self, execution: str, body: models.Deciding, *, idempotency_key: str | None = None
    ) -> models.Decided:
        """Decide what is in doubt: whether steps run again, or are taken as done.

        Needs `execution:write`.

        Args:
            execution: Which execution.
        """
        asked = Asked(
            "POST",
            f"/api/v1/executions/{place(execution)}/decide",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: models.Decided = await self._transport.value(asked, models.Decided)
        return found

    async def show_execution_document(self, execution: str) -> dict[str, Any]:
        """The document that ran, as it was then.

        Needs `execution:read`.

        Args:
            execution: Which execution.
        """
        asked = Asked("GET", f"/api/v1/executions/{place(execution)}/document")
        found: dict[str, Any] = await self._transport.value(asked, dict[str, Any])
        return found

    def list_logs(
        self, execution: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.StepLog]:
        """What the steps of an execution wrote, in the order of time.

        Needs `execution:read`.

        Args:
            execution: Which execution.
        """
        asked = Asked(
            "GET",
            f"/api/v1/executions/{place(execution)}/logs",
            query={"cursor": cursor, "limit": limit},
        )
        return Pages(self._transport, asked, Page[models.StepLog])

    async def replay_execution(
        self,
        execution: str,
        body: models.Whole | None = None,
        *,
        wait: bool | None = None,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
    ) -> Reply[models.Started]:
        """Run an execution again as a whole, with what it was given, as a new one.

        Needs `execution:run`.

        Args:
            execution: Which execution.
            wait: Answer when it has ended, and not as soon as it is accepted. By default
                False.
            timeout_s: How long to wait at most. By default 30.0.
        """
        asked = Asked(
            "POST",
            f"/api/v1/executions/{place(execution)}/replay",
            query={"wait": wait, "timeout_s": timeout_s},
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.Started] = await self._transport.reply(asked, models.Started)
        return found

    async def retry_execution(
        self,
        execution: str,
        body: models.Again | None = None,
        *,
        wait: bool | None = None,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
    ) -> Reply[models.Started]:
        """Run an execution again from where it failed, or from a node on, as a new one.

        Needs `execution:run`.

        Args:
            execution: Which execution.
            wait: Answer when it has ended, and not as soon as it is accepted. By default
                False.
            timeout_s: How long to wait at most. By default 30.0.
        """
        asked = Asked(
            "POST",
            f"/api/v1/executions/{place(execution)}/retry",
            query={"wait": wait, "timeout_s": timeout_s},
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.Started] = await self._transport.reply(asked, models.Started)
        return found

    def list_steps(
        self, execution: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Outline]:
        """The steps of an execution in the order of their first commits, without their items.

        Needs `execution:read`.

        Args:
            execution: Which execution.
            cursor: `next_cursor` of the page before.
        """
        asked = Asked(
            "GET",
            f"/api/v1/executions/{place(execution)}/steps",
            query={"cursor": cursor, "limit": limit},
        )
        return Pages(self._transport, asked, Page[models.Outline])

    async def show_step(self, execution: str, node: str, run: int) -> models.Outline:
        """One step, without its items.

        Needs `execution:read`.

        Args:
            execution: Which execution.
            node: Which node.
            run: Which run.
        """
        asked = Asked(
            "GET", f"/api/v1/executions/{place(execution)}/steps/{place(node)}/{place(run)}"
        )
        found: models.Outline = await self._transport.value(asked, models.Outline)
        return found

    async def list_items(
        self,
        execution: str,
        node: str,
        run: int,
        *,
        side: Literal["input", "output"] | None = None,
        port: str | None = None,
        start: int | None = None,
        limit: int | None = None,
    ) -> models.ItemPart:
        """The items of one port of a step, in parts.

        Needs `execution:read`.

        Args:
            execution: Which execution.
            node: Which node.
            run: Which run.
            side: What came out, or what went in. By default output.
            port: By default the first that has any.
            start: The first item, from 0, and how many; a megabyte at most is answered.
                By default 0.
        """
        asked = Asked(
            "GET",
            f"/api/v1/executions/{place(execution)}/steps/{place(node)}/{place(run)}/items",
            query={"side": side, "port": port, "start": start, "limit": limit},
        )
        found: models.ItemPart = await self._transport.value(asked, models.ItemPart)
        return found

    async def change_items(
        self, execution: str, node: str, run: int, body: models.ItemsGiven
    ) -> None:
        """Put items in place of others, while an execution stands at a breakpoint.

        A step that stands there and is given its output has ended with that, without having
        run.

        Needs `execution:write`.

        Args:
            execution: Which execution.
            node: Which node.
            run: Which run.
        """
        asked = Asked(
            "PUT",
            f"/api/v1/executions/{place(execution)}/steps/{place(node)}/{place(run)}/items",
            body=body,
        )
        await self._transport.done(asked)

    async def show_item(
        self,
        execution: str,
        node: str,
        run: int,
        index: int,
        *,
        side: Literal["input", "output"] | None = None,
        port: str | None = None,
    ) -> Any:
        """One item, however large it is.

        Needs `execution:read`.

        Args:
            execution: Which execution.
            node: Which node.
            run: Which run.
            index: Which index.
        """
        asked = Asked(
            "GET",
            f"/api/v1/executions/{place(execution)}/steps/{place(node)}/{place(run)}/items/{place(index)}",
            query={"side": side, "port": port},
        )
        found: Any = await self._transport.value(asked, Any)
        return found

    async def start_execution(
        self,
        workflow: str,
        body: models.Starting | None = None,
        *,
        wait: bool | None = None,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
    ) -> Reply[models.Started]:
        """Start the active version of a workflow.

        The answer is 202 with the id as soon as it is accepted; with `wait=true` it is 200
        with what came of it, or 202 where it did not end in time. From then on it goes on in
        any case.

        Needs `workflow:run`.

        Args:
            workflow: Which workflow.
            wait: Answer when it has ended, and not as soon as it is accepted. By default
                False.
            timeout_s: How long to wait at most. By default 30.0.
        """
        asked = Asked(
            "POST",
            f"/api/v1/workflows/{place(workflow)}/executions",
            query={"wait": wait, "timeout_s": timeout_s},
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.Started] = await self._transport.reply(asked, models.Started)
        return found

    async def download_blob(
        self,
        blob: str,
        *,
        size: int,
        media_type: str | None = None,
        file_name: str | None = None,
        inline: bool | None = None,
    ) -> bytes:
        """Binary data that an item of an execution names, or the `Range` that is asked for.

        Needs `execution:read`.

        Args:
            blob: Which blob.
            inline: Let a browser show it, where that is safe. By default False.
        """
        asked = Asked(
            "GET",
            f"/api/v1/blobs/{place(blob)}",
            query={
                "size": size,
                "media_type": media_type,
                "file_name": file_name,
                "inline": inline,
            },
        )
        return await self._transport.content(asked)

    async def link_blob(
        self,
        blob: str,
        body: models.LinkGiven | None = None,
        *,
        size: int,
        media_type: str | None = None,
        file_name: str | None = None,
        inline: bool | None = None,
    ) -> models.LinkMade:
        """A link to binary data that whoever has it may follow, as long as an execution names
        it.

        Needs `execution:read`.

        Args:
            blob: Which blob.
            inline: Let a browser show it, where that is safe. By default False.
        """
        asked = Asked(
            "POST",
            f"/api/v1/blobs/{place(blob)}/links",
            query={
                "size": size,
                "media_type": media_type,
                "file_name": file_name,
                "inline": inline,
            },
            body=body,
        )
        found: models.LinkMade = await self._transport.value(asked, models.LinkMade)
        return found

    def list_files(
        self, *, cursor: str | None = None, limit: int | None = None, search: str | None = None
    ) -> Pages[models.File]:
        """The files of the workspace, the newest first.

        Needs `file:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
            search: Part of the name.
        """
        asked = Asked(
            "GET", "/api/v1/files", query={"cursor": cursor, "limit": limit, "search": search}
        )
        return Pages(self._transport, asked, Page[models.File])

    async def upload_file(
        self,
        body: bytes,
        *,
        name: str,
        media_type: str = "application/octet-stream",
        idempotency_key: str | None = None,
    ) -> models.File:
        """Upload a file: its bytes are the body, and its media type the `Content-Type`.

        Needs `file:write`.
        """
        asked = Asked(
            "POST",
            "/api/v1/files",
            query={"name": name},
            body=body,
            media=media_type,
            key=self._transport.key(idempotency_key),
        )
        found: models.File = await self._transport.value(asked, models.File)
        return found

    async def remove_files(
        self, body: models.FilesRemoved, *, idempotency_key: str | None = None
    ) -> models.FilesGone:
        """Delete up to 100 files; those that are not there are passed over.

        Needs `file:delete`.
        """
        asked = Asked(
            "POST", "/api/v1/files/delete", body=body, key=self._transport.key(idempotency_key)
        )
        found: models.FilesGone = await self._transport.value(asked, models.FilesGone)
        return found

    async def remove_file(self, file: str) -> None:
        """Delete a file.

        Needs `file:delete`.

        Args:
            file: Which file.
        """
        asked = Asked("DELETE", f"/api/v1/files/{place(file)}")
        await self._transport.done(asked)

    async def show_file(self, file: str) -> models.File:
        """What is known of a file.

        Needs `file:read`.

        Args:
            file: Which file.
        """
        asked = Asked("GET", f"/api/v1/files/{place(file)}")
        found: models.File = await self._transport.value(asked, models.File)
        return found

    async def download_file(self, file: str, *, inline: bool | None = None) -> bytes:
        """The bytes of a file, or the `Range` of them that is asked for.

        Needs `file:read`.

        Args:
            file: Which file.
            inline: Let a browser show it, where that is safe. By default False.
        """
        asked = Asked("GET", f"/api/v1/files/{place(file)}/content", query={"inline": inline})
        return await self._transport.content(asked)

    async def link_file(self, file: str, body: models.LinkGiven | None = None) -> models.LinkMade:
        """A link to a file that whoever has it may follow, for seven days at most.

        It ends with the file, too.

        Needs `file:read`.

        Args:
            file: Which file.
        """
        asked = Asked("POST", f"/api/v1/files/{place(file)}/links", body=body)
        found: models.LinkMade = await self._transport.value(asked, models.LinkMade)
        return found

    async def follow_link(self, word: str, *, inline: bool | None = None) -> bytes:
        """The bytes that a link stands for, until it expires or they are deleted.

        Anybody may ask.

        Args:
            word: Which word.
            inline: Let a browser show it, where that is safe. By default False.
        """
        asked = Asked("GET", f"/api/v1/links/{place(word)}", query={"inline": inline})
        return await self._transport.content(asked)

    def list_folders(self) -> Pages[models.Folder]:
        """All folders, by name. Each names the one that it is in, which makes a tree.

        Needs `workflow:read`.
        """
        asked = Asked("GET", "/api/v1/folders")
        return Pages(self._transport, asked, Page[models.Folder])

    async def add_folder(
        self, body: models.FolderGiven, *, idempotency_key: str | None = None
    ) -> models.Folder:
        """Make a folder.

        Needs `workflow:write`.
        """
        asked = Asked(
            "POST", "/api/v1/folders", body=body, key=self._transport.key(idempotency_key)
        )
        found: models.Folder = await self._transport.value(asked, models.Folder)
        return found

    async def remove_folder(self, folder: str, *, move_to: str | None = None) -> None:
        """Remove a folder. What is in it is never removed with it: it goes where `move_to` says.

        Needs `workflow:write`.

        Args:
            folder: Which folder.
            move_to: Id of a folder; empty: to the top.
        """
        asked = Asked("DELETE", f"/api/v1/folders/{place(folder)}", query={"move_to": move_to})
        await self._transport.done(asked)

    async def change_folder(
        self, folder: str, body: models.FolderChanged | None = None
    ) -> models.Folder:
        """Give a folder another name, or move it with all that is in it.

        Needs `workflow:write`.

        Args:
            folder: Which folder.
        """
        asked = Asked("PATCH", f"/api/v1/folders/{place(folder)}", body=body)
        found: models.Folder = await self._transport.value(asked, models.Folder)
        return found

    async def show_me(self) -> models.Me:
        """Who calls, and what he may do here.

        Needs `account:read`.
        """
        asked = Asked("GET", "/api/v1/me")
        found: models.Me = await self._transport.value(asked, models.Me)
        return found

    async def change_me(self, body: models.AboutMe) -> models.User:
        """Change one's own name.

        Needs `account:write`.
        """
        asked = Asked("PATCH", "/api/v1/me", body=body)
        found: models.User = await self._transport.value(asked, models.User)
        return found

    async def change_password(
        self, body: models.PasswordChange, *, idempotency_key: str | None = None
    ) -> Reply[models.NowSignedIn]:
        """Change one's password; all other sessions end.

        Needs `account:write`.
        """
        asked = Asked(
            "POST", "/api/v1/me/password", body=body, key=self._transport.key(idempotency_key)
        )
        found: Reply[models.NowSignedIn] = await self._transport.reply(asked, models.NowSignedIn)
        return found

    async def begin_second_factor(self) -> models.NewFactor:
        """Make a new secret for a program for codes; it counts after a first code.

        Needs `account:write`.
        """
        asked = Asked("POST", "/api/v1/me/second-factor")
        found: models.NewFactor = await self._transport.value(asked, models.NewFactor)
        return found

    async def confirm_second_factor(self, body: models.FirstCode) -> models.RecoveryCodes:
        """Let the second factor count from now on; the recovery codes are shown once.

        Needs `account:write`.
        """
        asked = Asked("POST", "/api/v1/me/second-factor/confirm", body=body)
        found: models.RecoveryCodes = await self._transport.value(asked, models.RecoveryCodes)
        return found

    async def end_second_factor(
        self, body: models.EndingFactor, *, idempotency_key: str | None = None
    ) -> None:
        """Sign in without a second factor from now on.

        Needs `account:write`.
        """
        asked = Asked(
            "POST",
            "/api/v1/me/second-factor/end",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        await self._transport.done(asked)

    async def end_sessions(self) -> None:
        """End all of one's sessions but this one.

        Needs `account:write`.
        """
        asked = Asked("DELETE", "/api/v1/me/sessions")
        await self._transport.done(asked)

    def list_sessions(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.SessionShown]:
        """The browsers that one has signed in with, the one that was used last first.

        Needs `account:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked("GET", "/api/v1/me/sessions", query={"cursor": cursor, "limit": limit})
        return Pages(self._transport, asked, Page[models.SessionShown])

    async def end_session(self, session: str) -> None:
        """End one of one's sessions; one that has ended stays so.

        Needs `account:write`.

        Args:
            session: Which session.
        """
        asked = Asked("DELETE", f"/api/v1/me/sessions/{place(session)}")
        await self._transport.done(asked)

    async def forgotten_password(self, body: models.Forgotten) -> None:
        """Send a link for a new password to whoever has the address, if anybody.

        Anybody may ask.
        """
        asked = Asked("POST", "/api/v1/password/forgotten", body=body)
        await self._transport.done(asked)

    async def reset_password(self, body: models.Resetting) -> Reply[models.NowSignedIn]:
        """Give whoever has a link a new password, and sign him in.

        Anybody may ask.
        """
        asked = Asked("POST", "/api/v1/password/reset", body=body)
        found: Reply[models.NowSignedIn] = await self._transport.reply(asked, models.NowSignedIn)
        return found

    async def register(self, body: models.Registering) -> Reply[models.NowSignedIn]:
        """Make an account for whoever asks, where that is allowed.

        Anybody may ask.
        """
        asked = Asked("POST", "/api/v1/register", body=body)
        found: Reply[models.NowSignedIn] = await self._transport.reply(asked, models.NowSignedIn)
        return found

    async def show_set_up(self) -> models.SetUp:
        """Is there an owner yet?

        Anybody may ask.
        """
        asked = Asked("GET", "/api/v1/set-up")
        found: models.SetUp = await self._transport.value(asked, models.SetUp)
        return found

    async def set_up(self, body: models.SettingUp) -> Reply[models.NowSignedIn]:
        """Make the first user, who owns the installation, and sign him in.

        Anybody may ask.
        """
        asked = Asked("POST", "/api/v1/set-up", body=body)
        found: Reply[models.NowSignedIn] = await self._transport.reply(asked, models.NowSignedIn)
        return found

    async def sign_in(self, body: models.SigningIn) -> Reply[models.NowSignedIn]:
        """Sign somebody in by his password; or say that a code is needed too.

        Anybody may ask.
        """
        asked = Asked("POST", "/api/v1/sign-in", body=body)
        found: Reply[models.NowSignedIn] = await self._transport.reply(asked, models.NowSignedIn)
        return found

    async def sign_in_with_code(self, body: models.Code) -> Reply[models.NowSignedIn]:
        """Sign somebody in by the code that was needed too.

        Anybody may ask.
        """
        asked = Asked("POST", "/api/v1/sign-in/code", body=body)
        found: Reply[models.NowSignedIn] = await self._transport.reply(asked, models.NowSignedIn)
        return found

    async def sign_out(self, *, idempotency_key: str | None = None) -> None:
        """End the session of this browser.

        Needs `account:read`.
        """
        asked = Asked("POST", "/api/v1/sign-out", key=self._transport.key(idempotency_key))
        await self._transport.done(asked)

    async def export_workflows(
        self, body: models.ExportWanted | None = None, *, idempotency_key: str | None = None
    ) -> models.Export:
        """The drafts of workflows, with their folders and tags, as one file that import takes.

        Needs `workflow:read`.
        """
        asked = Asked("POST", "/api/v1/export", body=body, key=self._transport.key(idempotency_key))
        found: models.Export = await self._transport.value(asked, models.Export)
        return found

    async def import_workflows(
        self, body: models.ImportGiven, *, idempotency_key: str | None = None
    ) -> models.ImportDone:
        """Keep workflows that come from elsewhere, as drafts, and tell how each was mapped.

        One that cannot be kept does not stop the others. Workflows of one export that call
        each other still do so.

        Needs `workflow:write`.
        """
        asked = Asked("POST", "/api/v1/import", body=body, key=self._transport.key(idempotency_key))
        found: models.ImportDone = await self._transport.value(asked, models.ImportDone)
        return found

    def list_invitations(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Invitation]:
        """Who was invited and has not come.

        Needs `member:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked("GET", "/api/v1/invitations", query={"cursor": cursor, "limit": limit})
        return Pages(self._transport, asked, Page[models.Invitation])

    async def invite(self, body: models.Inviting) -> models.Invited:
        """Invite somebody. The link is shown once, and sent by mail where mail is set up.

        Needs `member:write`.
        """
        asked = Asked("POST", "/api/v1/invitations", body=body)
        found: models.Invited = await self._transport.value(asked, models.Invited)
        return found

    async def accept_invitation(
        self, body: models.TakingAsUser, *, idempotency_key: str | None = None
    ) -> None:
        """Come as a user who has signed in.

        Needs `account:write`.
        """
        asked = Asked(
            "POST",
            "/api/v1/invitations/accept",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        await self._transport.done(asked)

    async def join(self, body: models.Taking) -> Reply[models.NowSignedIn]:
        """Come as a new user, and be signed in.

        Anybody may ask.
        """
        asked = Asked("POST", "/api/v1/invitations/join", body=body)
        found: Reply[models.NowSignedIn] = await self._transport.reply(asked, models.NowSignedIn)
        return found

    async def look_at_invitation(self, body: models.TakingAsUser) -> models.Invitation:
        """What an invitation is for, for who has the link.

        Anybody may ask.
        """
        asked = Asked("POST", "/api/v1/invitations/look", body=body)
        found: models.Invitation = await self._transport.value(asked, models.Invitation)
        return found

    async def take_back_invitation(self, invitation: str) -> None:
        """Let an invitation be good no more.

        Needs `member:write`.

        Args:
            invitation: Which invitation.
        """
        asked = Asked("DELETE", f"/api/v1/invitations/{place(invitation)}")
        await self._transport.done(asked)

    def list_members(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        organization: bool | None = None,
    ) -> Pages[models.Member]:
        """Who belongs to this workspace, or to its organization as a whole.

        Needs `member:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
            organization: Those of the organization as a whole. By default False.
        """
        asked = Asked(
            "GET",
            "/api/v1/members",
            query={"cursor": cursor, "limit": limit, "organization": organization},
        )
        return Pages(self._transport, asked, Page[models.Member])

    async def remove_member(self, user: str, *, organization: bool | None = None) -> None:
        """Take somebody out of this workspace, or out of its organization as a whole.

        Needs `member:write`.

        Args:
            user: Which user.
            organization: In the organization as a whole, and not in this workspace. By
                default False.
        """
        asked = Asked(
            "DELETE", f"/api/v1/members/{place(user)}", query={"organization": organization}
        )
        await self._transport.done(asked)

    async def put_member(
        self, user: str, body: models.InRole, *, organization: bool | None = None
    ) -> models.Member:
        """Give somebody who belongs to the organization a role in it, or in this workspace.

        Needs `member:write`.

        Args:
            user: Which user.
            organization: In the organization as a whole, and not in this workspace. By
                default False.
        """
        asked = Asked(
            "PUT", f"/api/v1/members/{place(user)}", query={"organization": organization}, body=body
        )
        found: models.Member = await self._transport.value(asked, models.Member)
        return found

    async def show_moment(self) -> models.Moment:
        """How things stand now, and how the last hour went.

        Needs `usage:read`.
        """
        asked = Asked("GET", "/api/v1/metrics")
        found: models.Moment = await self._transport.value(asked, models.Moment)
        return found

    def list_nodes(
        self,
        *,
        search: str | None = None,
        group: str | None = None,
        kind: str | None = None,
        package: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Pages[models.NodeListed]:
        """The node types that are installed, each in its latest version, by name.

        Needs `node:read`.

        Args:
            search: Part of the name, the title, the description or another word for it.
            kind: `action`, `trigger`, or one of `trigger.manual`, `trigger.webhook`, ….
        """
        asked = Asked(
            "GET",
            "/api/v1/nodes",
            query={
                "search": search,
                "group": group,
                "kind": kind,
                "package": package,
                "cursor": cursor,
                "limit": limit,
            },
        )
        return Pages(self._transport, asked, Page[models.NodeListed])

    async def list_choices(
        self, body: models.ChoicesWanted, *, idempotency_key: str | None = None
    ) -> models.Choices:
        """What may be chosen for a dynamic field of a node, with what is filled in so far.

        Needs `workflow:write`.
        """
        asked = Asked(
            "POST", "/api/v1/nodes/choices", body=body, key=self._transport.key(idempotency_key)
        )
        found: models.Choices = await self._transport.value(asked, models.Choices)
        return found

    async def list_packages(self) -> models.Packages:
        """The packages that node types come from, and why others were left out.

        Needs `node:read`.
        """
        asked = Asked("GET", "/api/v1/nodes/packages")
        found: models.Packages = await self._transport.value(asked, models.Packages)
        return found

    async def show_node(
        self, publisher: str, name: str, *, version: int | None = None
    ) -> Reply[dict[str, Any]]:
        """Everything there is to know of a node type: its parameters as JSON Schema, ports,
        effects.

        Needs `node:read`.

        Args:
            publisher: Which publisher.
            name: Which name.
            version: By default the latest.
        """
        asked = Asked(
            "GET", f"/api/v1/nodes/{place(publisher)}/{place(name)}", query={"version": version}
        )
        found: Reply[dict[str, Any]] = await self._transport.reply(asked, dict[str, Any])
        return found

    async def show_node_docs(
        self, publisher: str, name: str, *, version: int | None = None
    ) -> models.NodeDocs:
        """What there is to read about a node type, and an example that runs.

        Needs `node:read`.

        Args:
            publisher: Which publisher.
            name: Which name.
            version: By default the latest.
        """
        asked = Asked(
            "GET",
            f"/api/v1/nodes/{place(publisher)}/{place(name)}/docs",
            query={"version": version},
        )
        found: models.NodeDocs = await self._transport.value(asked, models.NodeDocs)
        return found

    async def show_node_icon(
        self, publisher: str, name: str, *, dark: bool | None = None, version: int | None = None
    ) -> bytes:
        """The picture that the package of a node type brings; most name a symbol instead.

        Needs `node:read`.

        Args:
            publisher: Which publisher.
            name: Which name.
            dark: For a dark ground, where the package has one for that. By default False.
        """
        asked = Asked(
            "GET",
            f"/api/v1/nodes/{place(publisher)}/{place(name)}/icon",
            query={"dark": dark, "version": version},
        )
        return await self._transport.content(asked)

    async def preview_node(
        self, body: models.PreviewWanted, *, idempotency_key: str | None = None
    ) -> models.Preview:
        """What the expressions of a node give for one item of an execution; nothing runs.

        Each expression comes with its value, or with what is wrong with it and what to do.

        Needs `workflow:read`.
        """
        asked = Asked(
            "POST", "/api/v1/preview", body=body, key=self._transport.key(idempotency_key)
        )
        found: models.Preview = await self._transport.value(asked, models.Preview)
        return found

    async def add_organization(
        self, body: models.Named, *, idempotency_key: str | None = None
    ) -> models.Workspace:
        """Add an organization with its first workspace, which is answered.

        Needs `settings:write`.
        """
        asked = Asked(
            "POST", "/api/v1/organizations", body=body, key=self._transport.key(idempotency_key)
        )
        found: models.Workspace = await self._transport.value(asked, models.Workspace)
        return found

    async def show_organization(self, organization: str) -> models.Organization:
        """The organization of this workspace.

        Needs `organization:read`.

        Args:
            organization: Which organization.
        """
        asked = Asked("GET", f"/api/v1/organizations/{place(organization)}")
        found: models.Organization = await self._transport.value(asked, models.Organization)
        return found

    async def rename_organization(
        self, organization: str, body: models.Named
    ) -> models.Organization:
        """Give the organization another name.

        Needs `organization:write`.

        Args:
            organization: Which organization.
        """
        asked = Asked("PATCH", f"/api/v1/organizations/{place(organization)}", body=body)
        found: models.Organization = await self._transport.value(asked, models.Organization)
        return found

    def list_providers(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.ProviderShown]:
        """The providers that were set up.

        Needs `settings:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked("GET", "/api/v1/providers", query={"cursor": cursor, "limit": limit})
        return Pages(self._transport, asked, Page[models.ProviderShown])

    async def remove_provider(self, provider: str) -> None:
        """Let nobody sign in with a provider any more.

        Needs `settings:write`.

        Args:
            provider: Which provider.
        """
        asked = Asked("DELETE", f"/api/v1/providers/{place(provider)}")
        await self._transport.done(asked)

    async def put_provider(self, provider: str, body: models.ProviderGiven) -> models.ProviderShown:
        """Set a provider up, or change it.

        Needs `settings:write`.

        Args:
            provider: Which provider.
        """
        asked = Asked("PUT", f"/api/v1/providers/{place(provider)}", body=body)
        found: models.ProviderShown = await self._transport.value(asked, models.ProviderShown)
        return found

    def list_dead_letters(self) -> Pages[models.DeadLetter]:
        """Executions that nobody tries any more, the newest 100 first.

        Needs `execution:read`.
        """
        asked = Asked("GET", "/api/v1/dead-letters")
        return Pages(self._transport, asked, Page[models.DeadLetter])

    def redrive_dead_letters(
        self, body: models.Redriving, *, idempotency_key: str | None = None
    ) -> Pages[models.Redriven]:
        """Queue up to 100 dead executions again.

        Needs `execution:write`.
        """
        asked = Asked(
            "POST",
            "/api/v1/dead-letters/redrive",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        return Pages(self._transport, asked, Page[models.Redriven])

    async def redrive_dead_letter(
        self, execution: str, *, idempotency_key: str | None = None
    ) -> models.Redriven:
        """Queue a dead execution again: it goes on where it died.

        Needs `execution:write`.

        Args:
            execution: Which execution.
        """
        asked = Asked(
            "POST",
            f"/api/v1/dead-letters/{place(execution)}/redrive",
            key=self._transport.key(idempotency_key),
        )
        found: models.Redriven = await self._transport.value(asked, models.Redriven)
        return found

    def show_queue(self) -> Pages[models.Waiting]:
        """What is queued in the workspace, by pool.

        Needs `execution:read`.
        """
        asked = Asked("GET", "/api/v1/queue")
        return Pages(self._transport, asked, Page[models.Waiting])

    async def clear_step_cache(self, *, node_type: str | None = None) -> models.Cleared:
        """Forget results of steps, so that they run the next time.

        Needs `execution:write`.

        Args:
            node_type: Empty: of all.
        """
        asked = Asked("DELETE", "/api/v1/step-cache", query={"node_type": node_type})
        found: models.Cleared = await self._transport.value(asked, models.Cleared)
        return found

    def list_step_cache(self) -> Pages[models.CacheCounts]:
        """What was kept of the results of steps, and how often it was used, by node type.

        Needs `execution:read`.
        """
        asked = Asked("GET", "/api/v1/step-cache")
        return Pages(self._transport, asked, Page[models.CacheCounts])

    async def list_grants(self) -> models.Grants:
        """The grants that a custom role can have.

        Needs `role:read`.
        """
        asked = Asked("GET", "/api/v1/grants")
        found: models.Grants = await self._transport.value(asked, models.Grants)
        return found

    def list_roles(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Role]:
        """The roles that everybody has, and those of the organization.

        Needs `role:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked("GET", "/api/v1/roles", query={"cursor": cursor, "limit": limit})
        return Pages(self._transport, asked, Page[models.Role])

    async def add_role(
        self, body: models.NewRole, *, idempotency_key: str | None = None
    ) -> models.Role:
        """Make a custom role.

        Needs `role:write`.
        """
        asked = Asked("POST", "/api/v1/roles", body=body, key=self._transport.key(idempotency_key))
        found: models.Role = await self._transport.value(asked, models.Role)
        return found

    async def remove_role(self, role: str) -> None:
        """Remove a custom role that nobody has.

        Needs `role:write`.

        Args:
            role: Which role.
        """
        asked = Asked("DELETE", f"/api/v1/roles/{place(role)}")
        await self._transport.done(asked)

    async def change_role(self, role: str, body: models.RoleChange | None = None) -> models.Role:
        """Change a custom role, for all who have it.

        Needs `role:write`.

        Args:
            role: Which role.
        """
        asked = Asked("PATCH", f"/api/v1/roles/{place(role)}", body=body)
        found: models.Role = await self._transport.value(asked, models.Role)
        return found

    def list_schedules(self, *, workflow: str | None = None) -> Pages[models.ScheduleShown]:
        """The schedules of active workflows, the next one first.

        Needs `schedule:read`.

        Args:
            workflow: Empty: of all.
        """
        asked = Asked("GET", "/api/v1/schedules", query={"workflow": workflow})
        return Pages(self._transport, asked, Page[models.ScheduleShown])

    def list_moments(
        self, *, from_ms: int, until_ms: int, schedule: str | None = None
    ) -> Pages[models.Moments]:
        """The moments that schedules give in a time, paused ones too, 1,000 of each at most.

        Needs `schedule:read`.

        Args:
            schedule: Empty: of all schedules.
        """
        asked = Asked(
            "GET",
            "/api/v1/schedules/moments",
            query={"from_ms": from_ms, "until_ms": until_ms, "schedule": schedule},
        )
        return Pages(self._transport, asked, Page[models.Moments])

    async def list_upcoming(
        self, body: models.DraftGiven, *, idempotency_key: str | None = None
    ) -> models.Upcoming:
        """When a document would start by itself next, if it were active: five moments at most.

        Needs `workflow:read`.
        """
        asked = Asked(
            "POST",
            "/api/v1/schedules/upcoming",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: models.Upcoming = await self._transport.value(asked, models.Upcoming)
        return found

    async def show_schedule(self, schedule: str) -> models.ScheduleShown:
        """A schedule, with what became of its latest moments.

        Needs `schedule:read`.

        Args:
            schedule: Which schedule.
        """
        asked = Asked("GET", f"/api/v1/schedules/{place(schedule)}")
        found: models.ScheduleShown = await self._transport.value(asked, models.ScheduleShown)
        return found

    def backfill_schedule(
        self, schedule: str, body: models.Backfilling, *, idempotency_key: str | None = None
    ) -> Pages[models.Fired]:
        """Start the workflow for each moment of a time that it was not started for, 1,000 at
        most.

        Needs `schedule:write`.

        Args:
            schedule: Which schedule.
        """
        asked = Asked(
            "POST",
            f"/api/v1/schedules/{place(schedule)}/backfill",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        return Pages(self._transport, asked, Page[models.Fired])

    async def pause_schedule(
        self, schedule: str, *, idempotency_key: str | None = None
    ) -> models.ScheduleShown:
        """Start nothing by it, until it is resumed.

        Needs `schedule:write`.

        Args:
            schedule: Which schedule.
        """
        asked = Asked(
            "POST",
            f"/api/v1/schedules/{place(schedule)}/pause",
            key=self._transport.key(idempotency_key),
        )
        found: models.ScheduleShown = await self._transport.value(asked, models.ScheduleShown)
        return found

    async def resume_schedule(
        self, schedule: str, *, idempotency_key: str | None = None
    ) -> models.ScheduleShown:
        """Go on from now on; what it would have done meanwhile is left out.

        Needs `schedule:write`.

        Args:
            schedule: Which schedule.
        """
        asked = Asked(
            "POST",
            f"/api/v1/schedules/{place(schedule)}/resume",
            key=self._transport.key(idempotency_key),
        )
        found: models.ScheduleShown = await self._transport.value(asked, models.ScheduleShown)
        return found

    def list_settings(self) -> Pages[models.SettingShown]:
        """The settings that this server runs with, and where each comes from. Secrets are not
        told.

        Needs `settings:read`.
        """
        asked = Asked("GET", "/api/v1/settings")
        return Pages(self._transport, asked, Page[models.SettingShown])

    def list_shares(
        self, kind: str, object: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Share]:
        """With whom a workflow or a credential is shared.

        Needs `workspace:read`.

        Args:
            kind: Which kind.
            object: Which object.
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked(
            "GET",
            f"/api/v1/shares/{place(kind)}/{place(object)}",
            query={"cursor": cursor, "limit": limit},
        )
        return Pages(self._transport, asked, Page[models.Share])

    async def unshare(self, kind: str, object: str, subject: str) -> None:
        """Share it with somebody no longer.

        Needs `workspace:read`.

        Args:
            kind: Which kind.
            object: Which object.
            subject: Which subject.
        """
        asked = Asked("DELETE", f"/api/v1/shares/{place(kind)}/{place(object)}/{place(subject)}")
        await self._transport.done(asked)

    async def share(
        self, kind: str, object: str, subject: str, body: models.Sharing
    ) -> models.Share:
        """Share a workflow or a credential with a user or a team.

        Needs `workspace:read`.

        Args:
            kind: Which kind.
            object: Which object.
            subject: Which subject.
        """
        asked = Asked(
            "PUT", f"/api/v1/shares/{place(kind)}/{place(object)}/{place(subject)}", body=body
        )
        found: models.Share = await self._transport.value(asked, models.Share)
        return found

    async def list_ways_in(self) -> models.WaysIn:
        """The places to sign in with.

        Anybody may ask.
        """
        asked = Asked("GET", "/api/v1/sign-in/providers")
        found: models.WaysIn = await self._transport.value(asked, models.WaysIn)
        return found

    def show_statistics(
        self,
        *,
        from_ms: int | None = None,
        until_ms: int | None = None,
        step: Literal["all", "day", "hour", "minute"] | None = None,
        workflow: str | None = None,
        by_workflow: bool | None = None,
    ) -> Pages[models.Course]:
        """How executions went, oldest first; steps of time without anything are left out.

        Needs `usage:read`.

        Args:
            from_ms: Milliseconds since 1970; by default the last day.
            workflow: Of one workflow.
            by_workflow: A line for each workflow. By default False.
        """
        asked = Asked(
            "GET",
            "/api/v1/statistics",
            query={
                "from_ms": from_ms,
                "until_ms": until_ms,
                "step": step,
                "workflow": workflow,
                "by_workflow": by_workflow,
            },
        )
        return Pages(self._transport, asked, Page[models.Course])

    def list_subscriptions(self, *, workflow: str | None = None) -> Pages[models.Subscription]:
        """The subscriptions of the active workflows, with what went wrong.

        Needs `webhook:read`.

        Args:
            workflow: Id of a workflow; empty: all.
        """
        asked = Asked("GET", "/api/v1/subscriptions", query={"workflow": workflow})
        return Pages(self._transport, asked, Page[models.Subscription])

    async def check_subscription(
        self, subscription: str, *, idempotency_key: str | None = None
    ) -> None:
        """Look at once whether it is there, and ask for it anew where it is not.

        Needs `webhook:write`.

        Args:
            subscription: Which subscription.
        """
        asked = Asked(
            "POST",
            f"/api/v1/subscriptions/{place(subscription)}/check",
            key=self._transport.key(idempotency_key),
        )
        await self._transport.done(asked)

    def list_tables(self) -> Pages[models.DataTable]:
        """The tables of the workspace, by name, with how many rows each has.

        Needs `table:read`.
        """
        asked = Asked("GET", "/api/v1/tables")
        return Pages(self._transport, asked, Page[models.DataTable])

    async def add_table(
        self, body: models.TableGiven, *, idempotency_key: str | None = None
    ) -> models.DataTable:
        """Make a table.

        Needs `table:write`.
        """
        asked = Asked("POST", "/api/v1/tables", body=body, key=self._transport.key(idempotency_key))
        found: models.DataTable = await self._transport.value(asked, models.DataTable)
        return found

    async def remove_table(self, table: str) -> None:
        """Delete a table with its rows.

        Needs `table:delete`.

        Args:
            table: Which table.
        """
        asked = Asked("DELETE", f"/api/v1/tables/{place(table)}")
        await self._transport.done(asked)

    async def show_table(self, table: str) -> models.DataTable:
        """A table, without its rows.

        Needs `table:read`.

        Args:
            table: Which table.
        """
        asked = Asked("GET", f"/api/v1/tables/{place(table)}")
        found: models.DataTable = await self._transport.value(asked, models.DataTable)
        return found

    async def change_table(
        self, table: str, body: models.TableChanged | None = None
    ) -> models.DataTable:
        """Give a table another name, or other columns.

        Needs `table:write`.

        Args:
            table: Which table.
        """
        asked = Asked("PATCH", f"/api/v1/tables/{place(table)}", body=body)
        found: models.DataTable = await self._transport.value(asked, models.DataTable)
        return found

    async def export_rows(
        self,
        table: str,
        *,
        delimiter: Literal["comma", "pipe", "semicolon", "tab"] | None = None,
        for_spreadsheets: bool | None = None,
    ) -> bytes:
        """The rows as CSV, in the order in which they were added.

        Needs `table:read`.

        Args:
            table: Which table.
            for_spreadsheets: Put a `'` in front of what a spreadsheet would run as a
                formula. By default False.
        """
        asked = Asked(
            "GET",
            f"/api/v1/tables/{place(table)}/export",
            query={"delimiter": delimiter, "for_spreadsheets": for_spreadsheets},
        )
        return await self._transport.content(asked)

    async def import_rows(
        self,
        table: str,
        body: bytes,
        *,
        delimiter: Literal["comma", "pipe", "semicolon", "tab"] | None = None,
        add_columns: bool | None = None,
        skip_wrong: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.CsvDone:
        """Add the rows of a CSV file, which is the body.

        UTF-8, and the first line names the columns. Everything is looked at before the first
        row is added; the problem that is answered lists the lines that are wrong under
        `findings`.

        Needs `table:write`.

        Args:
            table: Which table.
            add_columns: Add columns of text for those that the table does not have. By
                default False.
            skip_wrong: Add the lines that are right, and tell which are not. Else nothing
                is added. By default False.
        """
        asked = Asked(
            "POST",
            f"/api/v1/tables/{place(table)}/import",
            query={"delimiter": delimiter, "add_columns": add_columns, "skip_wrong": skip_wrong},
            body=body,
            media="text/csv",
            key=self._transport.key(idempotency_key),
        )
        found: models.CsvDone = await self._transport.value(asked, models.CsvDone)
        return found

    def list_rows(
        self,
        table: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        filter: list[str] | None = None,
        sort: str | None = None,
    ) -> Pages[models.TableRow]:
        """The rows that are asked for, a page at a time; those without a value to sort by come
        last.

        Needs `table:read`.

        Args:
            table: Which table.
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
            filter: `COLUMN:COMPARISON:VALUE`, with `eq ne lt le gt ge contains empty`;
                several: all of them.
            sort: A column; with a `-` in front, the largest first. Empty: in the order
                they were added.
        """
        asked = Asked(
            "GET",
            f"/api/v1/tables/{place(table)}/rows",
            query={"cursor": cursor, "limit": limit, "filter": filter, "sort": sort},
        )
        return Pages(self._transport, asked, Page[models.TableRow])

    def add_rows(
        self, table: str, body: models.RowsGiven, *, idempotency_key: str | None = None
    ) -> Pages[models.TableRow]:
        """Add rows, all of them or none.

        Needs `table:write`.

        Args:
            table: Which table.
        """
        asked = Asked(
            "POST",
            f"/api/v1/tables/{place(table)}/rows",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        return Pages(self._transport, asked, Page[models.TableRow])

    async def remove_rows(
        self, table: str, body: models.RowsRemoved, *, idempotency_key: str | None = None
    ) -> models.Removed:
        """Delete rows; those that are not there are passed over.

        Needs `table:write`.

        Args:
            table: Which table.
        """
        asked = Asked(
            "POST",
            f"/api/v1/tables/{place(table)}/rows/delete",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: models.Removed = await self._transport.value(asked, models.Removed)
        return found

    async def remove_row(self, table: str, row: int) -> models.Removed:
        """Delete a row.

        Needs `table:write`.

        Args:
            table: Which table.
            row: Which row.
        """
        asked = Asked("DELETE", f"/api/v1/tables/{place(table)}/rows/{place(row)}")
        found: models.Removed = await self._transport.value(asked, models.Removed)
        return found

    async def show_row(self, table: str, row: int) -> models.TableRow:
        """One row.

        Needs `table:read`.

        Args:
            table: Which table.
            row: Which row.
        """
        asked = Asked("GET", f"/api/v1/tables/{place(table)}/rows/{place(row)}")
        found: models.TableRow = await self._transport.value(asked, models.TableRow)
        return found

    async def change_row(self, table: str, row: int, body: models.CellsGiven) -> models.TableRow:
        """Change cells of a row; those that are not named stay.

        Needs `table:write`.

        Args:
            table: Which table.
            row: Which row.
        """
        asked = Asked("PATCH", f"/api/v1/tables/{place(table)}/rows/{place(row)}", body=body)
        found: models.TableRow = await self._transport.value(asked, models.TableRow)
        return found

    def list_teams(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Team]:
        """The teams of the organization, by name.

        Needs `organization:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked("GET", "/api/v1/teams", query={"cursor": cursor, "limit": limit})
        return Pages(self._transport, asked, Page[models.Team])

    async def add_team(
        self, body: models.Named, *, idempotency_key: str | None = None
    ) -> models.Team:
        """Add a team to the organization.

        Needs `organization:write`.
        """
        asked = Asked("POST", "/api/v1/teams", body=body, key=self._transport.key(idempotency_key))
        found: models.Team = await self._transport.value(asked, models.Team)
        return found

    async def remove_team(self, team: str) -> None:
        """Remove a team; its workspaces stay, without it.

        Needs `organization:write`.

        Args:
            team: Which team.
        """
        asked = Asked("DELETE", f"/api/v1/teams/{place(team)}")
        await self._transport.done(asked)

    async def show_team(self, team: str) -> models.Team:
        """A team, with who is in it.

        Needs `organization:read`.

        Args:
            team: Which team.
        """
        asked = Asked("GET", f"/api/v1/teams/{place(team)}")
        found: models.Team = await self._transport.value(asked, models.Team)
        return found

    async def rename_team(self, team: str, body: models.Named) -> models.Team:
        """Give a team another name.

        Needs `organization:write`.

        Args:
            team: Which team.
        """
        asked = Asked("PATCH", f"/api/v1/teams/{place(team)}", body=body)
        found: models.Team = await self._transport.value(asked, models.Team)
        return found

    async def leave_team(self, team: str, user: str) -> None:
        """Take somebody out of a team.

        Needs `organization:write`.

        Args:
            team: Which team.
            user: Which user.
        """
        asked = Asked("DELETE", f"/api/v1/teams/{place(team)}/members/{place(user)}")
        await self._transport.done(asked)

    async def join_team(self, team: str, user: str) -> models.Team:
        """Take a member of the organization into a team.

        Needs `organization:write`.

        Args:
            team: Which team.
            user: Which user.
        """
        asked = Asked("PUT", f"/api/v1/teams/{place(team)}/members/{place(user)}")
        found: models.Team = await self._transport.value(asked, models.Team)
        return found

    def list_templates(
        self, *, cursor: str | None = None, limit: int | None = None, search: str | None = None
    ) -> Pages[models.TemplateShown]:
        """The templates of the workspace, by name; after them those that come with Penstock.

        Needs `template:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
            search: Part of the name.
        """
        asked = Asked(
            "GET", "/api/v1/templates", query={"cursor": cursor, "limit": limit, "search": search}
        )
        return Pages(self._transport, asked, Page[models.TemplateShown])

    async def add_template(
        self, body: models.TemplateToKeep, *, idempotency_key: str | None = None
    ) -> models.TemplateShown:
        """Keep a workflow as a template, without its credentials, pinned data and comments.

        Needs `template:write`.
        """
        asked = Asked(
            "POST", "/api/v1/templates", body=body, key=self._transport.key(idempotency_key)
        )
        found: models.TemplateShown = await self._transport.value(asked, models.TemplateShown)
        return found

    async def remove_template(self, template: str) -> None:
        """Forget a template. Workflows that were made from it stay.

        Needs `template:delete`.

        Args:
            template: Which template.
        """
        asked = Asked("DELETE", f"/api/v1/templates/{place(template)}")
        await self._transport.done(asked)

    async def show_template(self, template: str) -> models.TemplateText:
        """A template with its document.

        Needs `template:read`.

        Args:
            template: Which template.
        """
        asked = Asked("GET", f"/api/v1/templates/{place(template)}")
        found: models.TemplateText = await self._transport.value(asked, models.TemplateText)
        return found

    async def begin_workflow(
        self,
        template: str,
        body: models.Beginning | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Reply[models.StoredWorkflow]:
        """Make a workflow from a template; workflows that it calls are made and published with
        it.

        Needs `workflow:write`.

        Args:
            template: Which template.
        """
        asked = Asked(
            "POST",
            f"/api/v1/templates/{place(template)}/workflows",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.StoredWorkflow] = await self._transport.reply(
            asked, models.StoredWorkflow
        )
        return found

    def list_tokens(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.ApiToken]:
        """One's own tokens, and the service tokens of the workspace if one may see them.

        Needs `account:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked("GET", "/api/v1/tokens", query={"cursor": cursor, "limit": limit})
        return Pages(self._transport, asked, Page[models.ApiToken])

    async def add_token(self, body: models.TokenGiven) -> models.TokenMade:
        """Make a token. Its value is shown once.

        Needs `account:write`.
        """
        asked = Asked("POST", "/api/v1/tokens", body=body)
        found: models.TokenMade = await self._transport.value(asked, models.TokenMade)
        return found

    async def end_client(self, *, idempotency_key: str | None = None) -> None:
        """End the session of the client that asks.

        Needs `account:read`.
        """
        asked = Asked("POST", "/api/v1/tokens/end", key=self._transport.key(idempotency_key))
        await self._transport.done(asked)

    async def exchange_token(self, body: models.Exchanging | None = None) -> models.Issued:
        """Begin the session of a client: a short token, and one to renew it with.

        It ends with the API token or the session that it was begun with.

        Needs `account:read`.
        """
        asked = Asked("POST", "/api/v1/tokens/exchange", body=body)
        found: models.Issued = await self._transport.value(asked, models.Issued)
        return found

    async def show_keys(self) -> models.KeySet:
        """The keys that short tokens are checked with.

        Anybody may ask.
        """
        asked = Asked("GET", "/api/v1/tokens/keys")
        found: models.KeySet = await self._transport.value(asked, models.KeySet)
        return found

    async def refresh_token(self, body: models.Renewing) -> models.Issued:
        """Go on with the session of a client. A token to renew with is good once.

        Anybody may ask.
        """
        asked = Asked("POST", "/api/v1/tokens/refresh", body=body)
        found: models.Issued = await self._transport.value(asked, models.Issued)
        return found

    async def remove_token(self, token: str) -> None:
        """Let a token be good no more.

        Needs `account:write`.

        Args:
            token: Which token.
        """
        asked = Asked("DELETE", f"/api/v1/tokens/{place(token)}")
        await self._transport.done(asked)

    def show_usage(
        self,
        *,
        from_ms: int | None = None,
        until_ms: int | None = None,
        step: Literal["all", "day", "hour", "minute"] | None = None,
        workflow: str | None = None,
    ) -> Pages[models.Used]:
        """What the workspace used, oldest first; steps of time without anything are left out.

        Needs `usage:read`.

        Args:
            from_ms: Milliseconds since 1970; by default the last 30 days.
            step: By which steps of time, in UTC; `all`: one sum. By default day.
            workflow: Of one workflow.
        """
        asked = Asked(
            "GET",
            "/api/v1/usage",
            query={"from_ms": from_ms, "until_ms": until_ms, "step": step, "workflow": workflow},
        )
        return Pages(self._transport, asked, Page[models.Used])

    def list_users(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.User]:
        """All users, by address.

        Needs `settings:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked("GET", "/api/v1/users", query={"cursor": cursor, "limit": limit})
        return Pages(self._transport, asked, Page[models.User])

    async def remove_user(self, user: str) -> None:
        """Remove a user with his tokens, roles and shares; what he did stays, under his id
        alone.

        Needs `settings:write`.

        Args:
            user: Which user.
        """
        asked = Asked("DELETE", f"/api/v1/users/{place(user)}")
        await self._transport.done(asked)

    async def show_user(self, user: str) -> models.User:
        """One user.

        Needs `settings:read`.

        Args:
            user: Which user.
        """
        asked = Asked("GET", f"/api/v1/users/{place(user)}")
        found: models.User = await self._transport.value(asked, models.User)
        return found

    async def change_user(self, user: str, body: models.UserChange | None = None) -> models.User:
        """Disable a user, make him an owner, or end his second factor.

        Needs `settings:write`.

        Args:
            user: Which user.
        """
        asked = Asked("PATCH", f"/api/v1/users/{place(user)}", body=body)
        found: models.User = await self._transport.value(asked, models.User)
        return found

    async def make_reset_link(self, user: str) -> models.Link:
        """A link by which a user gives himself a new password, where no mail is sent.

        Needs `settings:write`.

        Args:
            user: Which user.
        """
        asked = Asked("POST", f"/api/v1/users/{place(user)}/reset-link")
        found: models.Link = await self._transport.value(asked, models.Link)
        return found

    def list_variables(self) -> Pages[models.Variable]:
        """The variables of the workspace, by name.

        Needs `variable:read`.
        """
        asked = Asked("GET", "/api/v1/variables")
        return Pages(self._transport, asked, Page[models.Variable])

    async def remove_variable(self, name: str) -> None:
        """Forget a variable.

        Needs `variable:delete`.

        Args:
            name: Which name.
        """
        asked = Asked("DELETE", f"/api/v1/variables/{place(name)}")
        await self._transport.done(asked)

    async def show_variable(self, name: str) -> models.Variable:
        """One variable.

        Needs `variable:read`.

        Args:
            name: Which name.
        """
        asked = Asked("GET", f"/api/v1/variables/{place(name)}")
        found: models.Variable = await self._transport.value(asked, models.Variable)
        return found

    async def set_variable(self, name: str, body: models.VariableGiven) -> models.Variable:
        """Let a variable have a value, whether there was one of this name or not.

        Executions that are accepted from now on see it; in other processes of this
        installation that takes up to a second. It is no place for secrets: credentials are.

        Needs `variable:write`.

        Args:
            name: Which name.
        """
        asked = Asked("PUT", f"/api/v1/variables/{place(name)}", body=body)
        found: models.Variable = await self._transport.value(asked, models.Variable)
        return found

    async def deactivate_workflow(self, workflow: str) -> None:
        """Let no event start it any more.

        Needs `workflow:publish`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("DELETE", f"/api/v1/workflows/{place(workflow)}/active")
        await self._transport.done(asked)

    async def activate_workflow(
        self, workflow: str, body: models.Activating | None = None
    ) -> models.StoredWorkflow:
        """Let events start a version: its schedules and its addresses count from now on.

        Needs `workflow:publish`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("PUT", f"/api/v1/workflows/{place(workflow)}/active", body=body)
        found: models.StoredWorkflow = await self._transport.value(asked, models.StoredWorkflow)
        return found

    async def end_trial(self, workflow: str) -> None:
        """Let all events start the active version again. To keep the new one, activate it.

        Needs `workflow:publish`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("DELETE", f"/api/v1/workflows/{place(workflow)}/trial")
        await self._transport.done(asked)

    async def show_trial(self, workflow: str) -> models.Trial | None:
        """The version on trial, or what became of the last one that was.

        Needs `workflow:read`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("GET", f"/api/v1/workflows/{place(workflow)}/trial")
        found: models.Trial | None = await self._transport.value(asked, models.Trial | None)
        return found

    async def try_version(self, workflow: str, body: models.VersionTrying) -> models.Trial:
        """Let a share of the events start another version than the active one.

        When more than one in ten of its last twenty executions failed, it is taken back by
        itself.

        Needs `workflow:publish`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("PUT", f"/api/v1/workflows/{place(workflow)}/trial", body=body)
        found: models.Trial = await self._transport.value(asked, models.Trial)
        return found

    def list_versions(self, workflow: str) -> Pages[models.Version]:
        """The versions of a workflow, the newest first.

        Needs `workflow:read`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("GET", f"/api/v1/workflows/{place(workflow)}/versions")
        return Pages(self._transport, asked, Page[models.Version])

    async def publish_workflow(
        self,
        workflow: str,
        body: models.Publishing | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.Version:
        """Make the draft a version, which stays as it is.

        Needs `workflow:publish`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked(
            "POST",
            f"/api/v1/workflows/{place(workflow)}/versions",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: models.Version = await self._transport.value(asked, models.Version)
        return found

    async def show_version(self, workflow: str, number: int) -> models.VersionText:
        """A version with its text.

        Needs `workflow:read`.

        Args:
            workflow: Which workflow.
            number: Which number.
        """
        asked = Asked("GET", f"/api/v1/workflows/{place(workflow)}/versions/{place(number)}")
        found: models.VersionText = await self._transport.value(asked, models.VersionText)
        return found

    async def name_version(self, workflow: str, number: int, body: models.Naming) -> models.Version:
        """Give a version a name.

        Needs `workflow:publish`.

        Args:
            workflow: Which workflow.
            number: Which number.
        """
        asked = Asked(
            "PATCH", f"/api/v1/workflows/{place(workflow)}/versions/{place(number)}", body=body
        )
        found: models.Version = await self._transport.value(asked, models.Version)
        return found

    async def compare_versions(
        self, workflow: str, number: int, *, to: int | None = None
    ) -> models.Changes:
        """What leads from a version to another, or to the draft.

        Needs `workflow:read`.

        Args:
            workflow: Which workflow.
            number: Which number.
        """
        asked = Asked(
            "GET",
            f"/api/v1/workflows/{place(workflow)}/versions/{place(number)}/changes",
            query={"to": to},
        )
        found: models.Changes = await self._transport.value(asked, models.Changes)
        return found

    async def restore_version(
        self,
        workflow: str,
        number: int,
        *,
        etag: str | None = None,
        idempotency_key: str | None = None,
    ) -> Reply[models.StoredWorkflow]:
        """Make the draft say what a version says. `If-Match` names the revision of the draft.

        Needs `workflow:write`.

        Args:
            workflow: Which workflow.
            number: Which number.
        """
        asked = Asked(
            "POST",
            f"/api/v1/workflows/{place(workflow)}/versions/{place(number)}/restore",
            etag=etag,
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.StoredWorkflow] = await self._transport.reply(
            asked, models.StoredWorkflow
        )
        return found

    def list_views(self, *, kind: str | None = None) -> Pages[models.View]:
        """One's own views and those that are shared, by name.

        Needs `view:read`.

        Args:
            kind: `executions`, `workflows`, …; empty: of all.
        """
        asked = Asked("GET", "/api/v1/views", query={"kind": kind})
        return Pages(self._transport, asked, Page[models.View])

    async def add_view(
        self, body: models.ViewToKeep, *, idempotency_key: str | None = None
    ) -> models.View:
        """Keep a view.

        Needs `view:write`.
        """
        asked = Asked("POST", "/api/v1/views", body=body, key=self._transport.key(idempotency_key))
        found: models.View = await self._transport.value(asked, models.View)
        return found

    async def remove_view(self, view: str) -> None:
        """Forget a view.

        Needs `view:write`.

        Args:
            view: Which view.
        """
        asked = Asked("DELETE", f"/api/v1/views/{place(view)}")
        await self._transport.done(asked)

    async def show_view(self, view: str) -> models.View:
        """One view.

        Needs `view:read`.

        Args:
            view: Which view.
        """
        asked = Asked("GET", f"/api/v1/views/{place(view)}")
        found: models.View = await self._transport.value(asked, models.View)
        return found

    async def change_view(self, view: str, body: models.ViewToKeep) -> models.View:
        """Let a view be something else. Others' views are for those who may change the
        workspace.

        Needs `view:write`.

        Args:
            view: Which view.
        """
        asked = Asked("PUT", f"/api/v1/views/{place(view)}", body=body)
        found: models.View = await self._transport.value(asked, models.View)
        return found

    def list_webhooks(
        self, *, cursor: str | None = None, limit: int | None = None, workflow: str | None = None
    ) -> Pages[models.WebhookShown]:
        """List webhooks.

        Those of active workflows, in the order of their ids.

        Needs `webhook:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked(
            "GET",
            "/api/v1/webhooks",
            query={"cursor": cursor, "limit": limit, "workflow": workflow},
        )
        return Pages(self._transport, asked, Page[models.WebhookShown])

    async def show_webhook(self, webhook: str) -> models.WebhookShown:
        """Show a webhook.

        Needs `webhook:read`.

        Args:
            webhook: Which webhook.
        """
        asked = Asked("GET", f"/api/v1/webhooks/{place(webhook)}")
        found: models.WebhookShown = await self._transport.value(asked, models.WebhookShown)
        return found

    def list_deliveries(
        self, webhook: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.StoredDelivery]:
        """List what came in by a webhook, newest first.

        Needs `webhook:read`.

        Args:
            webhook: Which webhook.
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked(
            "GET",
            f"/api/v1/webhooks/{place(webhook)}/deliveries",
            query={"cursor": cursor, "limit": limit},
        )
        return Pages(self._transport, asked, Page[models.StoredDelivery])

    async def show_delivery(self, webhook: str, delivery: str) -> models.DeliveryShown:
        """Show a delivery with what it brought.

        Needs `webhook:read`.

        Args:
            webhook: Which webhook.
            delivery: Which delivery.
        """
        asked = Asked("GET", f"/api/v1/webhooks/{place(webhook)}/deliveries/{place(delivery)}")
        found: models.DeliveryShown = await self._transport.value(asked, models.DeliveryShown)
        return found

    async def redrive_delivery(
        self,
        webhook: str,
        delivery: str,
        body: models.DeliveryRedriving,
        *,
        idempotency_key: str | None = None,
    ) -> models.Redelivered:
        """Carry a delivery out again, with any version.

        Needs `workflow:run`.

        Args:
            webhook: Which webhook.
            delivery: Which delivery.
        """
        asked = Asked(
            "POST",
            f"/api/v1/webhooks/{place(webhook)}/deliveries/{place(delivery)}/redrive",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: models.Redelivered = await self._transport.value(asked, models.Redelivered)
        return found

    async def replay_delivery(
        self, webhook: str, delivery: str, *, idempotency_key: str | None = None
    ) -> models.Redelivered:
        """Carry a delivery out again, with the version that it started then.

        Needs `workflow:run`.

        Args:
            webhook: Which webhook.
            delivery: Which delivery.
        """
        asked = Asked(
            "POST",
            f"/api/v1/webhooks/{place(webhook)}/deliveries/{place(delivery)}/replay",
            key=self._transport.key(idempotency_key),
        )
        found: models.Redelivered = await self._transport.value(asked, models.Redelivered)
        return found

    async def probe_webhook(
        self, webhook: str, *, idempotency_key: str | None = None
    ) -> models.Probe:
        """Look whether a webhook would answer.

        Nothing is started: it is asked whether its address leads to it, whether its version
        can run here, and whether the credential that callers are known by is there.

        Needs `webhook:read`.

        Args:
            webhook: Which webhook.
        """
        asked = Asked(
            "POST",
            f"/api/v1/webhooks/{place(webhook)}/probe",
            key=self._transport.key(idempotency_key),
        )
        found: models.Probe = await self._transport.value(asked, models.Probe)
        return found

    def list_workers(self) -> Pages[models.WorkerShown]:
        """The processes of the installation, the oldest first; they work for every workspace.

        Needs `worker:read`.
        """
        asked = Asked("GET", "/api/v1/workers")
        return Pages(self._transport, asked, Page[models.WorkerShown])

    def list_tags(self) -> Pages[models.TagCount]:
        """The tags of the workspace.

        Needs `workflow:read`.
        """
        asked = Asked("GET", "/api/v1/tags")
        return Pages(self._transport, asked, Page[models.TagCount])

    async def validate_document(
        self, body: models.DraftGiven, *, idempotency_key: str | None = None
    ) -> models.Findings:
        """What is wrong with a document, whether it is kept or not.

        Needs `workflow:read`.
        """
        asked = Asked(
            "POST", "/api/v1/validate", body=body, key=self._transport.key(idempotency_key)
        )
        found: models.Findings = await self._transport.value(asked, models.Findings)
        return found

    def list_workflows(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        search: str | None = None,
        active: bool | None = None,
        folder: str | None = None,
        tag: str | None = None,
        archived: bool | None = None,
    ) -> Pages[models.StoredWorkflow]:
        """The workflows of the workspace, by name.

        Needs `workflow:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
            search: Part of the name.
            folder: Id of a folder; empty: those at the top; left out: all.
        """
        asked = Asked(
            "GET",
            "/api/v1/workflows",
            query={
                "cursor": cursor,
                "limit": limit,
                "search": search,
                "active": active,
                "folder": folder,
                "tag": tag,
                "archived": archived,
            },
        )
        return Pages(self._transport, asked, Page[models.StoredWorkflow])

    async def add_workflow(
        self, body: models.WorkflowGiven, *, idempotency_key: str | None = None
    ) -> Reply[models.StoredWorkflow]:
        """Keep a new workflow, as a draft.

        Needs `workflow:write`.
        """
        asked = Asked(
            "POST", "/api/v1/workflows", body=body, key=self._transport.key(idempotency_key)
        )
        found: Reply[models.StoredWorkflow] = await self._transport.reply(
            asked, models.StoredWorkflow
        )
        return found

    async def remove_workflow(self, workflow: str, *, force: bool | None = None) -> None:
        """Put a workflow out of sight. Its executions stay as long as any.

        Needs `workflow:delete`.

        Args:
            workflow: Which workflow.
            force: Deactivate it along the way. By default False.
        """
        asked = Asked("DELETE", f"/api/v1/workflows/{place(workflow)}", query={"force": force})
        await self._transport.done(asked)

    async def show_workflow(self, workflow: str) -> Reply[models.WorkflowText]:
        """A workflow with its draft. Its `ETag` is the revision, which a change has to name.

        Needs `workflow:read`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("GET", f"/api/v1/workflows/{place(workflow)}")
        found: Reply[models.WorkflowText] = await self._transport.reply(asked, models.WorkflowText)
        return found

    async def describe_workflow(
        self, workflow: str, body: models.WorkflowAbout | None = None
    ) -> Reply[models.StoredWorkflow]:
        """Put a workflow in a folder, tag it, describe it, archive it.

        Needs `workflow:write`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("PATCH", f"/api/v1/workflows/{place(workflow)}", body=body)
        found: Reply[models.StoredWorkflow] = await self._transport.reply(
            asked, models.StoredWorkflow
        )
        return found

    async def save_workflow(
        self, workflow: str, body: models.DraftGiven, *, etag: str | None = None
    ) -> Reply[models.StoredWorkflow]:
        """Change the draft. `If-Match` names the revision that was read.

        Needs `workflow:write`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("PUT", f"/api/v1/workflows/{place(workflow)}", body=body, etag=etag)
        found: Reply[models.StoredWorkflow] = await self._transport.reply(
            asked, models.StoredWorkflow
        )
        return found

    async def begin_capture(
        self, workflow: str, body: models.Listening, *, idempotency_key: str | None = None
    ) -> list[models.CaptureShown]:
        """Let a draft listen for one call.

        The call is given to the draft as it is then, as an execution by hand, and answered as
        the draft says.

        Needs `workflow:run`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked(
            "POST",
            f"/api/v1/workflows/{place(workflow)}/captures",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: list[models.CaptureShown] = await self._transport.value(
            asked, list[models.CaptureShown]
        )
        return found

    async def copy_workflow(
        self,
        workflow: str,
        body: models.Copying | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Reply[models.StoredWorkflow]:
        """Keep a copy of a draft as a workflow of its own.

        Needs `workflow:write`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked(
            "POST",
            f"/api/v1/workflows/{place(workflow)}/copy",
            body=body,
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.StoredWorkflow] = await self._transport.reply(
            asked, models.StoredWorkflow
        )
        return found

    async def export_workflow(self, workflow: str) -> dict[str, Any]:
        """The document of the draft alone, as a file has it.

        Needs `workflow:read`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("GET", f"/api/v1/workflows/{place(workflow)}/document")
        found: dict[str, Any] = await self._transport.value(asked, dict[str, Any])
        return found

    async def unlock_workflow(self, workflow: str) -> None:
        """Let others change it again.

        Needs `workflow:write`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked("DELETE", f"/api/v1/workflows/{place(workflow)}/lock")
        await self._transport.done(asked)

    async def lock_workflow(
        self, workflow: str, *, idempotency_key: str | None = None
    ) -> Reply[models.StoredWorkflow]:
        """Keep others from changing a workflow for half an hour.

        Needs `workflow:write`.

        Args:
            workflow: Which workflow.
        """
        asked = Asked(
            "POST",
            f"/api/v1/workflows/{place(workflow)}/lock",
            key=self._transport.key(idempotency_key),
        )
        found: Reply[models.StoredWorkflow] = await self._transport.reply(
            asked, models.StoredWorkflow
        )
        return found

    def list_workspaces(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Workspace]:
        """The workspaces of the organization, for who administers it; else this one.

        Needs `workspace:read`.

        Args:
            cursor: `next_cursor` of the page before.
            limit: How many at most; more than there may be are as many as there may be.
                By default 50.
        """
        asked = Asked("GET", "/api/v1/workspaces", query={"cursor": cursor, "limit": limit})
        return Pages(self._transport, asked, Page[models.Workspace])

    async def add_workspace(
        self, body: models.NewWorkspace, *, idempotency_key: str | None = None
    ) -> models.Workspace:
        """Add a workspace to the organization.

        Needs `workspace:admin`.
        """
        asked = Asked(
            "POST", "/api/v1/workspaces", body=body, key=self._transport.key(idempotency_key)
        )
        found: models.Workspace = await self._transport.value(asked, models.Workspace)
        return found

    async def remove_workspace(self, workspace: str) -> None:
        """Remove a workspace that has no workflows any more.

        Needs `workspace:admin`.

        Args:
            workspace: Which workspace.
        """
        asked = Asked("DELETE", f"/api/v1/workspaces/{place(workspace)}")
        await self._transport.done(asked)

    async def show_workspace(self, workspace: str) -> models.Workspace:
        """A workspace.

        Needs `workspace:read`.

        Args:
            workspace: Which workspace.
        """
        asked = Asked("GET", f"/api/v1/workspaces/{place(workspace)}")
        found: models.Workspace = await self._transport.value(asked, models.Workspace)
        return found

    async def change_workspace(
        self, workspace: str, body: models.WorkspaceChange | None = None
    ) -> models.Workspace:
        """Change a workspace. Its share of the work and its team are for the organization to
        say.

        Needs `workspace:write`.

        Args:
            workspace: Which workspace.
        """
        asked = Asked("PATCH", f"/api/v1/workspaces/{place(workspace)}", body=body)
        found: models.Workspace = await self._transport.value(asked, models.Workspace)
        return found
