"""The types of the API.

Made from the description of the API by `python dev.py clients`; do not change it here.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

#: Of the API that this was made for.
API_VERSION = "0.1.0"


class AboutMe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a user says of himself."""

    name: str


class Accepted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A package that was loaded."""

    #: `acme/weather`
    package: str
    title: str
    version: str
    kind: Literal["http", "javascript", "native", "python", "wasm"]
    #: Version and hash, as a workflow keeps them: `1.2.0#sha256:…`, `1.2.0#dev`.
    lock: str
    #: Name of the distribution, or the folder.
    origin: str
    ships: bool
    nodes: list[str]
    #: Types of credentials that its manifest brings along.
    credentials: list[CredentialType]


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the things that a node type can do."""

    #: The parameter that says which, and its value for this one.
    field: str
    value: str
    title: str


class Activating(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which version events are to start."""

    #: By default the newest. An older one is how to go back.
    number: int | None = None


class AddComment(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="add_comment"
):
    """Say something about a node, an edge or the workflow, or answer what was said."""

    text: str
    #: Of the new comment; by default one is made up.
    id: str | None = None
    node: str | None = None
    edge: list[list[str]] | None = None
    #: Id of the comment that this one answers.
    answers: str | None = None


class AddEdge(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="add_edge"
):
    """Connect two nodes, or change what is said about a connection."""

    edge: EdgeSpec
    #: Its place among the edges of its output port, which deliver in this order.
    place: int | None = None


class Again(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How to run an execution again."""

    #: `original`: what ran then; `current`: the version that counts now.
    version: Literal["current", "original"] = "original"
    #: The node to begin with; by default where it failed.
    start: str | None = None


class AlertGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody wants to be told of, and how."""

    name: str
    kind: Literal["credentials_due", "failure_rate", "latency_p95", "no_executions", "queue_age"]
    #: A URL for the channel `webhook`, an address for `email`.
    target: str
    channel: Literal["email", "webhook"] = "webhook"
    #: Of one workflow; empty: of all in the workspace.
    workflow_id: str = ""
    #: A share from 0 to 1 for `failure_rate`, a number for `credentials_due`, else seconds;
    #: `no_executions` has none.
    threshold: float = 0
    #: How much time is looked at.
    window_s: int = 900
    #: For so long after a message no other one says that it fires.
    cooldown_s: int = 3600
    #: Fewer executions than this in the window say nothing.
    least: int = 1
    disabled: bool = False


class AlertsRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An alert rule, and how things stand with it."""

    name: str
    kind: Literal["credentials_due", "failure_rate", "latency_p95", "no_executions", "queue_age"]
    #: Of one workflow; empty: of all.
    workflow_id: str
    #: A share from 0 to 1, seconds, or a number; `no_executions` has none.
    threshold: float
    window_s: int
    #: For so long after a message no other one says that it fires.
    cooldown_s: int
    #: Fewer executions than this in the window say nothing.
    least: int
    disabled: bool
    channel: Literal["email", "webhook"]
    #: A URL, or an address for mail.
    target: str
    id: str
    workspace_id: str
    revision: int
    secret_version: int
    state: Literal["firing", "ok"]
    #: What was seen last, in the unit of the threshold.
    value: float | None
    since_ms: int
    told_ms: int
    created_ms: int
    updated_ms: int


class ApiToken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token, without what it is known by."""

    id: str
    kind: Literal["personal", "service"]
    name: str
    #: Its last characters.
    ending: str
    #: Whose it is; empty: the workspace's.
    user: str
    #: Where it is good; empty: wherever its user belongs.
    workspace: str
    scopes: list[str]
    allowed_ips: list[str]
    made_by: str
    created_ms: int
    expires_ms: int | None
    used_ms: int | None
    used_from: str


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step that waits for somebody."""

    execution_id: str
    node_id: str
    run_index: int
    workflow_id: str
    workflow_name: str
    kind: Literal["approval", "debug", "form", "in_doubt", "retry", "timer", "upgrade", "webhook"]
    asks: Asks
    #: Until when it waits.
    until_ms: int
    since_ms: int


class Asking(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which sign-in."""

    flow: str


class Asks(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a step that waits for somebody may be answered."""

    #: Answers, and the ports that they lead to.
    ports: dict[str, str]
    #: What who answers is shown.
    shows: dict[str, Any] = {}


class Auth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the host puts a credential on a request, or connects with it.

    Texts may name fields of the credential in braces: `Token {api_key}`.
    """

    kind: Literal[
        "basic",
        "bearer",
        "certificate",
        "digest",
        "header",
        "hmac",
        "incoming",
        "login",
        "oauth2",
        "query",
    ]
    #: header and query: its name and its value.
    name: str
    value: str
    #: What the kind needs, where a field of that name does not say it.
    values: dict[str, str]


class Backfilling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The time to make up for, its ends included, in milliseconds since 1970."""

    from_ms: int
    until_ms: int


class Beginning(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to make of a template."""

    #: By default the name of the template.
    name: str | None = None
    folder: str = ""


class Begun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sign-in in a browser."""

    #: Where the person goes.
    url: str
    expires_ms: int


class BinaryRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A handle to bytes in the blob store; the bytes themselves never travel with the item."""

    #: What `ctx.binary` opens.
    id: str
    media_type: str = "application/octet-stream"
    file_name: str | None = None
    size: int = 0


class BudgetSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Limits of this node's guest calls that differ from the server's."""

    fuel: int | None = None
    memory_bytes: int | None = None
    #: Computing; stops while the host answers a call.
    wall_s: float | None = None
    #: Everything.
    total_s: float | None = None
    output_bytes: int | None = None
    host_calls: int | None = None
    fetched_bytes: int | None = None


class CacheCounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the cache did for a node type: each miss is a step that ran and was kept."""

    node_type: str
    entries: int
    hits: int
    misses: int
    size: int


class Canceled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether there was anything to cancel."""

    canceled: bool


class CaptureShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A draft that listens for one call."""

    id: str
    workflow_id: str
    node_id: str
    method: str
    url: str
    state: Literal["called", "listening", "over"]
    until_ms: int
    execution_id: str | None


class CellsGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Cells to be changed, by the names of their columns; null empties one."""

    cells: dict[str, Any]


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference."""

    kind: Literal["added", "changed", "removed"]
    what: Literal[
        "edge", "fixture", "layout", "lock", "node", "note", "setting", "test", "workflow"
    ]
    #: Id of the node or the note, name of the setting, `a.main -> b.main` of an edge.
    id: str
    #: Of what changed inside: `config.assignments[0].value`.
    path: str = ""
    before: Any = None
    after: Any = None


class ChangeComment(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="op",
    tag="change_comment",
):
    """Say something else."""

    id: str
    text: str


class ChangeNode(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="change_node"
):
    """Change some of a node; what is left out stays."""

    id: str
    #: Taken as it is: expressions that name the node are not changed. `rename_node` does that.
    name: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    version: int | UnsetType = UNSET
    #: Keys that get these values; the others stay.
    config: dict[str, Any] | UnsetType = UNSET
    #: Keys of the config that go.
    unset: list[str] = []
    credentials: dict[str, str] | UnsetType = UNSET
    settings: NodeSettings | UnsetType = UNSET
    parent: str | UnsetType | None = UNSET


class Changes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What leads from one text to another."""

    changes: list[Change]


class ChoiceShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that may be chosen."""

    value: Any
    title: str
    description: str


class Choices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What may be chosen."""

    choices: list[ChoiceShown]


class ChoicesWanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For which field of which node."""

    workflow: str = ""
    document: dict[str, Any] | None = None
    node: str
    field: str


class Cleared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many there were."""

    cleared: int


class Code(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The second step."""

    step: str
    #: Of the program for codes, or a recovery code.
    code: str


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column of a table."""

    #: Stays, whatever the column is called.
    id: str
    name: str
    kind: Literal["boolean", "date", "json", "number", "text"]


class ColumnGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a column is to be."""

    name: str
    kind: Literal["boolean", "date", "json", "number", "text"] = "text"
    #: Of a column that there is; empty: it is new.
    id: str = ""


class Comment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody said about a node or an edge."""

    id: str
    text: str
    node: str | None = None
    edge: list[list[str]] | None = None
    author: str | None = None
    #: ISO 8601.
    at: str | None = None
    resolved: bool = False
    #: Id of the comment that this one answers.
    answers: str | None = None


class CommentChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be changed; what is left out stays."""

    #: Only who said it says it otherwise.
    text: str | None = None
    resolved: bool | None = None


class CommentGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to say, and about what."""

    text: str
    node: str | None = None
    #: Two ends, each a node and a port.
    edge: list[list[str]] | None = None
    #: Id of the comment that it answers.
    answers: str | None = None


class Concurrency(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many executions of this workflow may run at once."""

    limit: int
    #: An expression: executions with the same value share the limit.
    key: str | None = None
    overflow: Literal["cancel_oldest", "drop", "queue"] = "queue"


class Copying(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How to copy a workflow."""

    #: By default the name of the original, marked as a copy.
    name: str | None = None


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many executions there are of each status."""

    counts: dict[str, int]


class Course(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How executions went in a step of time."""

    from_ms: int
    workflow_id: str
    executions: int
    failed: int
    canceled: int
    failure_rate: float
    #: Seconds, from start to end; about, because durations are counted in classes.
    mean_s: float | None
    p50_s: float | None
    p95_s: float | None


class CredentialChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be different; what is left out stays."""

    name: str | UnsetType = UNSET
    #: Only the fields that change; null takes a value away.
    fields: dict[str, Any] | UnsetType = UNSET
    references: dict[str, str] | UnsetType = UNSET
    hosts: list[str] | UnsetType = UNSET
    rotate_days: int | UnsetType | None = UNSET


class CredentialGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A credential to be kept."""

    name: str
    type: str
    fields: dict[str, Any] | UnsetType = UNSET
    references: dict[str, str] | UnsetType = UNSET
    #: Where it may be sent, such as `https://api.example.com`; not where its type says so.
    hosts: list[str] = []
    #: After how many days it is to be changed.
    rotate_days: int | None = None


class CredentialShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A credential, without what is secret."""

    credential: CredentialsListed
    #: Is it to be changed by now?
    overdue: bool


class CredentialTrying(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How to test."""

    #: On one of its hosts; by default what its type says.
    url: str = ""


class CredentialType(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A kind of credential that this package brings along."""

    type: str
    title: str
    auth: Auth
    #: JSON Schema of its fields, in place or as a file. What has `writeOnly` is a secret.
    schema: str | dict[str, Any]
    #: Origins that it may be sent to. None: whoever enters it says.
    hosts: list[str]
    #: A request that shows whether it works: `url`, `method` and the `status` to expect. For
    #: logins: `connect`, which is `smtp`, `imap`, `sql` or `tcp`.
    test: dict[str, Any]


class CredentialTypesShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The types there are."""

    types: list[TypeShown]


class CredentialUsage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The nodes that may use a credential."""

    nodes: list[Usage]


class CredentialsListed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A credential as people see it."""

    id: str
    name: str
    type: str
    #: How it is attached to a request.
    scheme: str
    version: int
    hosts: list[str]
    #: The fields that are no secrets.
    public: dict[str, Any]
    #: The names of the secret fields that are filled in.
    filled: list[str]
    created_ms: int
    created_by: str
    updated_ms: int
    updated_by: str
    used_ms: int | None
    #: When what is secret was entered last.
    entered_ms: int
    rotate_days: int | None
    #: When it is to be changed.
    due_ms: int | None
    tested_ms: int | None
    #: What the latest test came to; None: it worked, or there was none.
    test_error: str | None
    #: When what was handed out by somebody else's server ends.
    expires_ms: int | None


class CsvDone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of reading a file in."""

    added: int
    wrong: int
    mistakes: list[CsvMistake]
    added_columns: list[str]


class CsvMistake(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with a line."""

    #: The first one is 1; a row may take several.
    line: int
    column: str
    message: str


class DataTable(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A table, without its rows."""

    id: str
    name: str
    columns: list[Column]
    created_ms: int
    rows: int


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An execution that nobody tries any more."""

    execution_id: str
    workflow_id: str
    workflow_name: str
    reason: str
    message: str
    created_ms: int


class Decided(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many steps were decided."""

    steps: int


class Deciding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to become of steps of which nobody knows whether they had their effect."""

    #: `again`: they run again; `done`: they are taken as done.
    choice: Literal["again", "done"]
    #: What came of them, where they are done.
    items: list[Item] = []


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is decided."""

    decision: Literal["approve", "decline"]
    comment: str = ""


class DeliveryRedriving(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a delivery goes now."""

    version: int


class DeliveryShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A delivery with what it brought."""

    delivery: StoredDelivery
    items: list[Item]


class Destination(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who is told."""

    id: str
    workspace_id: str
    name: str
    url: str
    events: list[str]
    workflow_id: str
    disabled: bool
    secret_version: int
    created_ms: int
    updated_ms: int


class DestinationGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is to be told what."""

    name: str
    url: str
    events: list[
        Literal[
            "audit", "execution.canceled", "execution.dead", "execution.error", "execution.success"
        ]
    ]
    #: Of one workflow; empty: of all.
    workflow: str = ""
    disabled: bool = False


class DeviceBegun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sign-in on another device."""

    #: To ask with how it stands.
    flow: str
    #: What the person enters, and where.
    user_code: str
    url: str
    #: The same with the code in it, where the server has that.
    whole_url: str
    interval_s: float
    expires_ms: int


class DeviceState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a sign-in on another device stands."""

    state: Literal["connected", "pending"]
    #: Ask again after so long.
    interval_s: float


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workflow."""

    format: Literal["penstock/1"]
    name: str
    description: str = ""
    nodes: list[NodeSpec] = []
    edges: list[EdgeSpec] = []
    settings: WorkflowSettings = msgspec.field(
        default_factory=lambda: msgspec.convert({}, WorkflowSettings)
    )
    #: Node to name of the set to the items that it puts out instead of running. `default` is
    #: used unless another is asked for.
    fixtures: dict[str, dict[str, list[Item]]] = {}
    tests: list[WorkflowTest] = []
    notes: list[Note] = []
    groups: list[Group] = []
    comments: list[Comment] = []
    #: Node or note to its place on the canvas, x and y.
    layout: dict[str, list[int | float]] = {}
    #: Package to `version#sha256:…`.
    lock: dict[str, str] = {}


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one of many: what it led to, or why it did not."""

    execution: str
    result: str | None
    error: str | None


class DraftGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a draft is to say."""

    #: A workflow document, in the format that `docs/workflow-format.md` describes.
    document: dict[str, Any]


class EdgeSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One connection, from an output port to an input port."""

    from_: list[str] = msgspec.field(name="from")
    to: list[str]
    #: `main` carries items; `ai_*` connects a model, a tool or a memory to an agent.
    kind: str = "main"
    #: Closes a cycle on purpose.
    back: bool = False


class Edited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a draft says after a change, and what is wrong with it."""

    workflow: StoredWorkflow
    document: dict[str, Any]
    findings: list[Finding]


class Editing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to do with a draft, in this order."""

    edits: list[
        SetNode
        | ChangeNode
        | RenameNode
        | RemoveNode
        | AddEdge
        | RemoveEdge
        | SetSetting
        | SetAbout
        | SetLayout
        | SetNote
        | RemoveNote
        | SetGroup
        | RemoveGroup
        | SetFixture
        | RemoveFixture
        | SetTest
        | RemoveTest
        | AddComment
        | ChangeComment
        | ResolveComment
        | RemoveComment
    ]


class EndingFactor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Without a second factor from now on."""

    code: str
    #: Empty for who has none.
    password: str = ""


class ErrorRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as data: through an allow list, never a repr of an exception."""

    code: str
    message: str
    hint: str = ""
    node_id: str = ""
    node_name: str = ""
    field: str | None = None
    item: int | None = None
    name: str = ""
    line: int | None = None
    column: int | None = None
    stack: str = ""
    data: dict[str, Any] = {}


class EventMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody is told, and what became of it."""

    id: str
    destination_id: str
    workspace_id: str
    kind: str
    content: dict[str, Any]
    status: str
    attempts: int
    due_ms: int | None
    answered: int | None
    error: str | None
    created_ms: int


class Exchanging(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a client is to get short tokens for."""

    #: What they may do, of what is presented; null: all of it.
    scopes: list[str] | None = None


class ExecutionShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An execution with what it was asked for, and what it called."""

    execution: OverviewListed
    start_node: str | None
    target_node: str | None
    vars: dict[str, Any]
    custom_data: dict[str, str]
    breakpoints: list[str]
    #: Nodes that something stood in for.
    fixtures: list[str]
    #: Workflows and bodies of containers that it ran.
    parts: list[OverviewListed]


class Export(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Several workflows as one file."""

    workflows: list[Exported]
    format: str


class ExportWanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which workflows."""

    #: Empty: all of the workspace, as far as they may be read.
    workflows: list[str] = []


class Exported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workflow of an export."""

    document: dict[str, Any]
    #: Its id where it was exported: others name it by that.
    id: str
    #: Names of the folders that it lies in, from the top.
    folder: list[str]
    tags: list[str]
    description: str


class File(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that somebody uploaded."""

    id: str
    name: str
    media_type: str
    #: In bytes.
    size: int
    blob_id: str
    created_by: str
    created_ms: int


class FilesGone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Those that there were."""

    removed: list[str]


class FilesRemoved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Files to be deleted."""

    ids: list[str]


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong with a document."""

    #: Stable, dotted.
    code: str
    #: What is wrong, for a person.
    message: str
    #: What to do about it.
    fix: str = ""
    #: Id of the node at fault; empty where it is not one node's fault.
    node: str = ""
    #: Path within the node's config, or within the document where `node` is empty.
    field: str = ""
    #: A warning does not keep the workflow from running.
    level: Literal["error", "warning"] = "error"


class Findings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with a document."""

    findings: list[Finding]
    #: By node: with its config it has these.
    ports: dict[str, NodePorts]


class Fired(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a moment."""

    moment_ms: int
    outcome: Literal["missed", "refused", "skipped", "started"]
    execution: str | None


class FirstCode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The first code of a second factor."""

    code: str


class Folder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A folder, and how much is in it."""

    id: str
    #: The folder that it is in; empty: it is at the top.
    parent_id: str
    name: str
    created_ms: int
    #: In it itself, not in its folders.
    workflows: int


class FolderChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be changed; what is left out stays."""

    name: str | None = None
    #: The folder to put it in; empty: at the top.
    parent: str | None = None


class FolderGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A folder to be made."""

    name: str
    #: The folder to put it in; empty: at the top.
    parent: str = ""


class Forgotten(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who has forgotten a password."""

    email: str


class GoingOn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How to go on."""

    #: Only the steps of this node; by default all that stand at a breakpoint.
    node: str = ""
    #: Nodes to stop before from now on; by default as before.
    breakpoints: list[str] | None = None
    #: Stop before every node from now on: one step at a time.
    stepping: bool = False


class Grants(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a role can have."""

    grants: list[str]


class Group(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nodes drawn together."""

    id: str
    title: str = ""
    nodes: list[str] = []
    color: str | None = None
    collapsed: bool = False


class ImportDone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of an import."""

    #: Who read it: `penstock`, or the name of an importer.
    importer: str
    workflows: list[ImportedWorkflow]
    nodes: int
    #: Of these, those that a node type here does the work of.
    mapped: int


class ImportGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to import."""

    #: A document, what was exported here, a list of such, or a file of another product: its
    #: JSON, or its text where it has none.
    data: Any
    #: Of which product; empty: whichever knows it.
    importer: str = ""
    folder: str = ""
    tags: list[str] = []
    #: Only tell what would come of it.
    preview: bool = False


class ImportedWorkflow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one workflow."""

    #: Its id here; none: it was not kept.
    workflow: str | None
    #: How it was mapped, and what is wrong with it.
    report: Outcome
    #: Why it was not kept.
    error: str


class InRole(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A role: `admin`, `developer`, `viewer`, `member`, or the id of a custom one."""

    role: str


class Invitation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who was invited and has not come."""

    id: str
    email: str
    role: str
    #: Empty: into the organization as a whole.
    workspace: str
    invited_by: str
    created_ms: int
    expires_ms: int


class Invited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new invitation, with the link that is shown once."""

    invitation: Invitation
    link: str
    #: Was it sent by mail?
    sent: bool


class Inviting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is invited."""

    email: str
    #: `admin`, `developer`, `viewer`, `member`, or the id of a custom one.
    role: str
    #: Into the organization as a whole, and not into this workspace.
    organization: bool = False


class Issued(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a client gets."""

    access_token: str
    token_type: str
    #: Seconds.
    expires_in: int
    #: Good once: the answer has the next one.
    refresh_token: str


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that travels along an edge."""

    json: dict[str, Any]
    binary: dict[str, BinaryRef] | None = None


class ItemPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Some of the items of one port."""

    port: str
    #: How many there are, and which of them the first one here is.
    total: int
    start: int
    #: Null stands for one that is too large to be listed.
    items: list[Any]
    #: Where the next part begins; none: this was the last.
    next: int | None


class ItemsGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Items to put in place of others."""

    #: `input`: of what the step takes, which is what the step before it has put out.
    side: Literal["input", "output"] = "output"
    port: str = ""
    items: list[Item]
    #: Only this one, for which there is one in `items`; by default all.
    index: int | None = None


class KeySet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A JSON Web Key Set."""

    keys: list[dict[str, Any]]


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A link that is shown once."""

    link: str


class LinkGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How long a link is to be valid."""

    valid_s: int = 3600


class LinkMade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A link that whoever has it may follow."""

    url: str
    path: str
    expires_ms: int


class Listening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to listen for a call, and for how long."""

    node: str
    minutes: int = 10


class LogLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line a node or a guest logged."""

    at_ms: int
    level: str
    message: str
    data: dict[str, Any] = {}


class Many(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to do with which executions: with those that are named, or those that are found."""

    do: Literal["cancel", "remove", "replay", "retry"]
    executions: list[str] = []
    found: Wanted | None = None
    #: Of those that run again.
    version: Literal["current", "original"] = "original"


class ManyDone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of each."""

    executions: list[Done]
    #: As many as are done at once: there may be more.
    may_be_more: bool


class Me(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who calls, and what he may do here."""

    kind: str
    #: None: a service.
    user: User | None
    name: str
    #: The workspace of this call.
    workspace: str
    organization: str
    #: What may be done in it.
    grants: list[str]
    #: What may be done besides with single objects, by their ids.
    shared: dict[str, list[str]]
    #: Those that may be chosen by the header `Penstock-Workspace`.
    workspaces: list[Place]
    #: To be sent as `X-CSRF-Token` with each change; empty: there is no cookie.
    csrf_token: str


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who belongs to an organization or a workspace."""

    user: str
    email: str
    name: str
    disabled: bool
    role: str
    #: Empty: of the organization as a whole.
    workspace: str
    created_ms: int


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message of a rule, and what became of it."""

    id: str
    rule_id: str
    workspace_id: str
    state: Literal["firing", "ok"] | Literal["test"]
    content: dict[str, Any]
    created_ms: int
    status: Literal["due", "failed", "sent"]
    attempts: int
    due_ms: int
    error: str | None


class Moment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How things stand in a workspace."""

    at_ms: int
    queued: int
    #: How long the oldest has been queued, in seconds.
    oldest_queued_s: float
    #: In the last hour.
    executions: int
    failed: int
    p95_s: float | None
    #: Processes of the installation, and places in them.
    workers: int
    slots: int
    running: int


class Moments(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The moments that the rule of a schedule gives in a time."""

    schedule: str
    moments: list[int]
    #: There are more than these.
    more: bool


class Named(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A name."""

    name: str


class Naming(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a version is to be called."""

    name: str


class NewFactor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is entered into a program for codes."""

    #: To be typed.
    secret: str
    #: To be shown as a picture.
    address: str


class NewRole(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A custom role."""

    name: str
    grants: list[str]


class NewWorkspace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workspace to be added."""

    name: str


class NodeDocs(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What there is to read about a node type."""

    id: str
    title: str
    description: str
    docs: str
    #: A workflow that shows it at work, if it brings one.
    example: dict[str, Any] | None


class NodeListed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node type, as a list shows it."""

    id: str
    version: int
    #: All that are installed, the oldest first.
    versions: list[int]
    title: str
    description: str
    group: str
    #: Name of an icon, or of a file in its package.
    icon: str
    #: Its package brings a picture, which is at `/nodes/…/icon`.
    picture: bool
    aliases: list[str]
    kind: str
    package: str
    #: `native`, or how it runs in the sandbox.
    runtime: str
    #: It holds other nodes, its body.
    container: bool
    #: The ports that it has before anything is filled in.
    ports: NodePorts
    #: What it can do, where a parameter says which: to be searched, and to be added at once.
    actions: list[Action]
    #: Names of its parameters, and of those that a credential is put into.
    fields: list[str]
    slots: list[str]
    #: Of the parameters with code that may name nodes: in which language it is written.
    code: dict[str, str]


class NodePorts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The inputs and outputs of a node."""

    inputs: list[PortListed]
    outputs: list[PortListed]


class NodeSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the engine treats a node, whatever its type."""

    #: stop: the execution fails. continue: the error becomes an item. error_port: it leaves
    #: there.
    on_error: Literal["continue", "error_port", "stop"] = "stop"
    #: What goes on of an item that failed: itself and the error, only the message, or as it
    #: came.
    failed_item: Literal["message", "one_message", "unchanged", "with_error"] = "with_error"
    #: None: what the node type says.
    retry: RetrySettings | None = None
    #: None: 300 seconds. Waits do not count.
    timeout_s: float | None = None
    #: Items pass through untouched.
    disabled: bool = False
    #: The first output delivers one empty item where it has none.
    always_output: bool = False
    #: Only the first item counts.
    execute_once: bool = False
    budget: BudgetSettings | None = None
    #: The execution parks before this node and waits for a signal.
    breakpoint: bool = False
    #: What it gave is used again for so long where it is given the same. None: the operator's.
    cache_s: float | None = None
    #: Of a node that is the target of a cycle. None: the workflow's.
    max_iterations: int | None = None


class NodeSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One node of a workflow."""

    #: Never changes, whatever the node is called.
    id: str
    #: What people see and expressions use.
    name: str
    #: `publisher/package.node`.
    type: str
    version: int = 1
    config: dict[str, Any] = {}
    #: Slot to credential id. A hint: what counts is what the server has bound.
    credentials: dict[str, str] = {}
    settings: NodeSettings = msgspec.field(
        default_factory=lambda: msgspec.convert({}, NodeSettings)
    )
    #: Id of the node that contains this one.
    parent: str | None = None


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sticky note on the canvas; its place is in `layout`."""

    id: str
    text: str = ""
    width: int | float | None = None
    height: int | float | None = None
    color: str | None = None


class NowSignedIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody was signed in, and the cookie is in the header; or a code is needed too."""

    #: None: a code is needed too.
    user: User | None
    #: To be sent as `X-CSRF-Token` with each change.
    csrf_token: str
    #: To be sent to `/sign-in/code` with the code that is needed too.
    step: str


class Organization(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom workspaces belong to."""

    id: str
    name: str
    created_ms: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one workflow."""

    #: Where it came from.
    file: str
    name: str
    #: It can run as it is.
    ready: bool
    #: Share of its nodes that were mapped; notes do not count.
    score: float
    nodes: int
    mapped: int
    notes: int
    remarks: list[Remark]
    #: What checking the document found.
    findings: list[Finding]
    #: By id: the nodes that remarks and findings are about.
    subjects: dict[str, Subject]
    #: None where the importer made no valid document, and where it was not kept.
    document: Document | None


class Outline(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step without its items."""

    node_id: str
    run_index: int
    status: str
    effects: str
    attempt: int
    started_ms: int
    finished_ms: int
    #: Per input port: where its items came from.
    sources: dict[str, Source | None]
    #: Items per output port; none: too many to be counted here.
    counts: dict[str, int] | None
    error: ErrorRecord | None
    waiting_for: str | None
    due_ms: int | None
    logs: int
    #: What guests spent.
    spent: dict[str, float]
    undone: bool


class OverviewListed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An execution, without what went in and what came out."""

    id: str
    workspace_id: str
    workflow_id: str
    workflow_name: str
    version: int | None
    mode: str
    status: str
    waiting_for: str | None
    due_ms: int | None
    worker_id: str | None
    retry_of: str | None
    parent_id: str | None
    pool: str
    priority: int
    dispatches: int
    steps: int
    created_ms: int
    started_ms: int
    finished_ms: int
    error: ErrorRecord | None


class Packages(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The packages that node types come from, and those that were left out."""

    accepted: list[Accepted]
    rejected: list[Rejection]


class PasswordChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another password."""

    before: str
    after: str


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workspace that somebody may choose."""

    workspace: str
    name: str
    organization: str
    organization_name: str


class PortListed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An input or output of a node."""

    name: str
    title: str
    #: `main` carries items; `ai_*` connects a model, a tool or a memory to an agent.
    kind: str


class Preview(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The expressions of a node, resolved for one of its items."""

    expressions: list[Shown]
    index: int
    #: How many items the node has.
    items: int
    #: None of them could be resolved, for this reason.
    error: ErrorRecord | None


class PreviewWanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which node of which text, and on which data."""

    #: Whose draft; empty: the document belongs to no workflow.
    workflow: str = ""
    #: In place of the draft as it is stored.
    document: dict[str, Any] | None = None
    node: str
    #: The execution whose data is meant, and the run of the node in it: by default the latest.
    #: Without one, the fixtures of the document are.
    execution: str = ""
    run: int | None = None
    #: Which of the items the node takes, from 0.
    index: int = 0
    #: In place of what the execution was given.
    items: list[Item] = []


class Probe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a webhook would answer now."""

    ok: bool
    checks: list[Probed]


class Probed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that has to be in order for a webhook to answer."""

    name: Literal["address", "credential", "version"]
    ok: bool
    #: What is wrong, and what to do.
    detail: str


class ProviderGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a provider is to be set up."""

    #: `oidc`, `github`, or a kind that a plugin brings.
    kind: str
    name: str
    #: Who answers for identities: `https://login.example.com`.
    issuer: str = ""
    client_id: str = ""
    #: Is never shown; empty: the one that it has stays.
    client_secret: str = ""
    #: `creates_users`, `organization` and `role` say what becomes of people without an account.
    settings: dict[str, Any] = {}
    disabled: bool = False


class ProviderShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A provider, as its administrator sees it."""

    id: str
    kind: str
    name: str
    issuer: str
    client_id: str
    has_secret: bool
    settings: dict[str, Any]
    disabled: bool
    #: To be entered at the provider.
    redirect_uri: str


class Publishing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How to publish a draft."""

    note: str = ""
    #: Let events start it from now on.
    activate: bool = False


class Recorded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event as it is kept."""

    id: int
    action: str
    actor: str
    target: str
    detail: dict[str, Any]
    organization: str
    workspace: str
    address: str
    at_ms: int


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Codes for when the program for codes is lost. Each is good once."""

    codes: list[str]


class Redelivered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was started."""

    execution: str


class Redriven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one of them."""

    execution: str
    #: It was dead, and is queued again.
    queued: bool
    #: Why it is not, where something kept it.
    error: str


class Redriving(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which executions."""

    ids: list[str]


class Registering(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new account."""

    email: str
    password: str
    name: str = ""


class Rejection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A package that was left out."""

    #: Name of the distribution, or the folder.
    package: str
    reason: str
    #: What has to change.
    hint: str
    code: str


class Remark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was not carried over as it was."""

    #: Stable; the importer documents its list.
    code: str
    message: str
    #: Id of the node in the new document; empty where it is about the whole workflow.
    node: str
    #: Where in the original node, `options.timeout` say.
    field: str
    #: The workflow cannot do what it did before until somebody mends this.
    blocks: bool


class RemoveComment(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="op",
    tag="remove_comment",
):
    """Take back what was said, with its answers."""

    id: str


class RemoveEdge(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="remove_edge"
):
    """Take a connection away."""

    from_: list[str] = msgspec.field(name="from")
    to: list[str]
    kind: str = "main"


class RemoveFixture(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="op",
    tag="remove_fixture",
):
    """Let a node run again."""

    node: str
    name: str = "default"


class RemoveGroup(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="op",
    tag="remove_group",
):
    """Take a group away; its nodes stay."""

    id: str


class RemoveNode(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="remove_node"
):
    """Take a node away, with what hangs on it."""

    id: str


class RemoveNote(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="remove_note"
):
    """Take a note away."""

    id: str


class RemoveTest(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="remove_test"
):
    """Take a test away."""

    name: str


class Removed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many there were."""

    removed: int


class RenameNode(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="rename_node"
):
    """Give a node another name, and rewrite the expressions that name it."""

    id: str
    name: str


class Renewing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a client goes on with."""

    refresh_token: str


class Resetting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new password, by a link."""

    token: str
    password: str


class ResolveComment(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="op",
    tag="resolve_comment",
):
    """Settle what was said, or open it again."""

    id: str
    resolved: bool = True


class RetrySettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When to try a failed step again: exponential, with jitter."""

    #: The first attempt included.
    max_attempts: int = 3
    first_delay_s: float = 1.0
    factor: float = 2.0
    max_delay_s: float = 300.0
    #: Share of the delay that is random.
    jitter: float = 0.2


class Role(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A set of grants."""

    id: str
    name: str
    grants: list[str]
    built_in: bool
    created_ms: int


class RoleChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be different; what is left out stays."""

    name: str | UnsetType = UNSET
    grants: list[str] | UnsetType = UNSET


class RowsGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rows to be added, each a value for some of the columns."""

    rows: list[dict[str, Any]]


class RowsRemoved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rows to be deleted."""

    ids: list[int]


class ScheduleShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A schedule, its next moments, and what became of its latest ones."""

    id: str
    workflow_id: str
    node_id: str
    #: `schedule` or `poll`.
    kind: str
    rule: SchedulesRule
    paused: bool
    #: The next five; of a trigger that polls, the next one.
    next: list[int]
    last_ms: int
    failures: int
    last_error: str | None
    fires: list[Fired]


class SchedulesRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When to start. One of `cron`, `every_s` and `at_ms` says so."""

    cron: str = ""
    every_s: int = 0
    at_ms: int = 0
    #: Only every n-th of these moments.
    each: int = 1
    timezone: str = "UTC"
    anchor_ms: int = 0
    start_ms: int | None = None
    end_ms: int | None = None
    jitter_s: int = 0
    overlap: Literal["allow", "cancel_previous", "queue", "skip"] = "allow"
    #: Moments that were missed: at most so many of them, not older than this, are made up for.
    catch_up: int = 1
    catch_up_s: int = 3600


class Secret(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What messages are signed with."""

    secret: str
    algorithm: Literal["standard-webhooks v1"]


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A browser that somebody has signed in with."""

    id: str
    user: str
    created_ms: int
    expires_ms: int
    seen_ms: int
    address: str
    agent: str


class SessionShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A browser that somebody has signed in with."""

    session: Session
    #: Is it the one that asks?
    this: bool


class SetAbout(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="set_about"
):
    """Give the workflow another name or description."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET


class SetFixture(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="set_fixture"
):
    """Let a node put out these items instead of running."""

    node: str
    name: str = "default"
    items: list[Item]


class SetGroup(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="set_group"
):
    """Draw nodes together, or do so otherwise."""

    group: Group


class SetLayout(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="set_layout"
):
    """Put nodes and notes somewhere on the canvas; null: nowhere."""

    places: dict[str, list[int | float] | None]


class SetNode(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="set_node"
):
    """Add a node, or put another one in its place."""

    node: NodeSpec


class SetNote(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="set_note"
):
    """Add a note, or put another one in its place."""

    note: Note


class SetSetting(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="set_setting"
):
    """Change a setting of the workflow; null is its default."""

    name: str
    value: Any = None


class SetTest(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="set_test"
):
    """Add a test, or put another one in the place of that with its name."""

    test: WorkflowTest


class SetUp(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far an installation is."""

    #: Is there an owner?
    done: bool
    #: May whoever likes make himself an account?
    registration: bool


class SettingShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A setting."""

    name: str
    #: The variable that sets it.
    variable: str
    #: As it is; of a secret only whether there is one, of an address nothing that stands before
    #: the host.
    value: Any
    default: Any
    #: `default`: nobody set it. `environment`: a variable, or the file that it names. `file`:
    #: `penstock.toml`. `program`: whoever started the server in a program of his own.
    origin: Literal["default", "environment", "file", "program"]
    secret: bool


class SettingUp(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The first user."""

    #: Of the link.
    token: str
    email: str
    password: str
    name: str = ""


class Share(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An object that is shared."""

    kind: str
    object: str
    #: `user:ID` or `team:ID`.
    subject: str
    #: What may be done with it.
    level: str
    made_by: str
    created_ms: int


class Sharing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How to share."""

    #: Of a workflow: `read`, `run` or `write`. Of a credential: `use` or `write`.
    level: str


class Shown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An expression with its value, or with why it has none."""

    #: Its place in the config: `assignments[0].value`.
    field: str
    #: None: there is none, or it is too large.
    value: Any
    #: Of a value that is too large to be shown: how many bytes of JSON it is.
    too_large: int | None
    error: ErrorRecord | None


class SigningIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who signs in."""

    email: str
    password: str


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where one input of a step came from: an output port of an earlier step."""

    step: StepKey
    port: str
    #: Index of the edge in the graph, so that two edges between the same ports differ.
    edge: int


class Started(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An execution that was accepted, and what came of it where somebody waited for that."""

    execution: str
    #: False: the same event was accepted before, as this execution.
    is_new: bool
    #: None: it has not ended as far as is known here.
    status: Literal["canceled", "dead", "error", "queued", "running", "success", "waiting"] | None
    waiting_for: (
        Literal["approval", "debug", "form", "in_doubt", "retry", "timer", "upgrade", "webhook"]
        | None
    )
    error: ErrorRecord | None
    #: What came out at its end, a megabyte at most.
    output: ItemPart | None


class Starting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to start a workflow with."""

    #: By default one empty item.
    items: list[Item] = []
    #: By default the active version.
    version: int | None = None
    #: The trigger to begin at; by default the start of the workflow.
    node: str | None = None
    #: Name of the event: the same one is accepted once.
    key: str | None = None
    vars: dict[str, Any] = {}
    #: 0 is first, 9 is last; by default what the workflow says.
    priority: int | None = None


class StepKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Names a step within its execution."""

    node_id: str
    run_index: int


class StepLog(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line that a step wrote."""

    node_id: str
    run_index: int
    line: LogLine


class StoredDelivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A delivery, without what it brought."""

    endpoint_id: str
    delivery_id: str
    workspace_id: str
    workflow_id: str
    node_id: str
    version: int | None
    execution_id: str
    method: str
    path: str
    received_ms: int


class StoredWorkflow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workflow of the store, without its text."""

    id: str
    workspace_id: str
    name: str
    #: Of the draft: raised by each change.
    revision: int
    #: Number of the newest version; 0: never published.
    latest: int
    active_version: int | None
    draft_id: str
    locked_by: str | None
    locked_until_ms: int
    created_ms: int
    updated_ms: int
    #: Empty: at the top.
    folder_id: str
    description: str
    tags: list[str]
    archived_ms: int | None
    #: A version on trial, and the share of the events that it gets, in percent.
    canary_version: int | None
    canary_percent: int


class Subject(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node that something was remarked about."""

    name: str
    #: As the other product calls it where a placeholder stands for it.
    type: str


class Subscription(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What another system was asked, and how that stands."""

    id: str
    workspace_id: str
    workflow_id: str
    node_id: str
    version: int
    wanted: bool
    #: `due` to be looked at, `active`, `failing`.
    status: str
    error: str | None
    failures: int
    due_ms: int
    checked_ms: int | None
    created_ms: int


class TableChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be changed; what is left out stays."""

    name: str | None = None
    #: All columns from now on, in their order: those with an `id` stay, and may have another
    #: name; those without are new; what is in one that is not named is gone.
    columns: list[ColumnGiven] | None = None


class TableGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A table to be made."""

    name: str
    columns: list[ColumnGiven]


class TableRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row, with a value or null for each column, by its name."""

    id: int
    cells: dict[str, Any]
    created_ms: int
    updated_ms: int


class TagCount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tag, and how many workflows have it."""

    tag: str
    workflows: int


class Taking(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invitation that is taken."""

    #: Of the link.
    token: str
    password: str
    name: str = ""


class TakingAsUser(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invitation that is taken by who has signed in."""

    #: Of the link.
    token: str


class Team(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Some people of an organization."""

    id: str
    organization: str
    name: str
    users: list[str]
    created_ms: int


class TemplateShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A template, without its document."""

    id: str
    name: str
    description: str
    author: str
    created_ms: int
    #: It comes with Penstock, and cannot be removed.
    shipped: bool


class TemplateText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A template with its document."""

    template: TemplateShown
    document: dict[str, Any]
    #: Markdown, where it comes with Penstock.
    readme: str


class TemplateToKeep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workflow to be kept as a template."""

    workflow: str
    #: By default the draft.
    version: int | None = None
    #: By default those of the workflow.
    name: str | None = None
    description: str | None = None


class TokenGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token to be made."""

    name: str
    #: What it may do, of what its maker may; `/grants` lists what there is.
    scopes: list[str]
    #: personal: acts for its maker, and ends with him. service: belongs to this workspace.
    kind: Literal["personal", "service"] = "personal"
    #: A personal token that is good wherever its maker belongs, and not in this workspace alone.
    everywhere: bool = False
    #: Days that it is good for; null: until it is removed.
    days: int | None = 90
    #: Networks that calls may come from; none: any.
    allowed_ips: list[str] = []


class TokenMade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new token, with what it is known by: shown once."""

    token: ApiToken
    value: str


class Trial(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version on trial, or what became of the last one that was."""

    version: int
    #: Of the events, while it goes on.
    percent: int
    since_ms: int
    ended_ms: int | None
    #: Why it was ended.
    reason: str
    finished: int
    failed: int


class TryingDraft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of a stored workflow."""

    #: What the first node receives; by default one empty item.
    items: list[Item] = []
    #: The node to begin at, and the node to run up to.
    start: str | None = None
    to: str | None = None
    #: The set of fixtures to use; empty: none.
    fixtures: str = "default"
    #: Node to what it puts out instead of running.
    mocks: dict[str, list[Item]] = {}
    #: An earlier execution whose data is taken over: of the steps before `start`, or, without
    #: `start`, of all that ended well.
    earlier: str = ""
    #: Nodes to stop before, besides those that the draft marks.
    breakpoints: list[str] = []
    #: Stop before every node.
    stepping: bool = False
    #: Change nothing outside: list what would be sent instead of sending it.
    simulate: bool = False
    vars: dict[str, Any] = {}
    #: In place of the draft as it is stored.
    document: dict[str, Any] | None = None


class TryingNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one node is to run with."""

    #: What it receives at its first input; by default what it received in `earlier`.
    items: list[Item] = []
    earlier: str = ""
    document: dict[str, Any] | None = None
    vars: dict[str, Any] = {}


class TryingText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of a text that belongs to no workflow."""

    #: What the first node receives; by default one empty item.
    items: list[Item] = []
    #: The node to begin at, and the node to run up to.
    start: str | None = None
    to: str | None = None
    #: The set of fixtures to use; empty: none.
    fixtures: str = "default"
    #: Node to what it puts out instead of running.
    mocks: dict[str, list[Item]] = {}
    #: An earlier execution whose data is taken over: of the steps before `start`, or, without
    #: `start`, of all that ended well.
    earlier: str = ""
    #: Nodes to stop before, besides those that the draft marks.
    breakpoints: list[str] = []
    #: Stop before every node.
    stepping: bool = False
    #: Change nothing outside: list what would be sent instead of sending it.
    simulate: bool = False
    vars: dict[str, Any] = {}
    #: A workflow document, in the format that `docs/workflow-format.md` describes.
    document: dict[str, Any]


class TypeShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A type as people see it."""

    type: str
    title: str
    package: str
    kind: str
    #: JSON Schema; what has `writeOnly` is a secret.
    schema: dict[str, Any]
    #: Empty: whoever enters a credential says.
    hosts: list[str]
    #: Does it say by itself how to test one?
    tested: bool


class Upcoming(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The next moments of a document that is not active yet."""

    moments: list[int]


class Usage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A slot that may use a credential."""

    workflow_id: str
    workflow_name: str | None
    node_id: str
    slot: str
    #: Does a version say so? Otherwise only the draft does.
    published: bool


class Used(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was used in a step of time."""

    from_ms: int
    executions: int
    failed: int
    canceled: int
    steps: int
    #: Instructions of guests, about.
    fuel: int
    #: Of processors, by guests.
    cpu_s: float
    #: What guests returned and were answered.
    bytes: int
    #: Of language models.
    tokens: int


class User(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person, as others may know him."""

    id: str
    email: str
    name: str
    disabled: bool
    #: May do everything everywhere.
    owner: bool
    email_verified: bool
    #: Has a second factor.
    totp_on: bool
    has_password: bool
    created_ms: int
    signed_in_ms: int | None


class UserChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be different; what is left out stays."""

    name: str | UnsetType = UNSET
    #: Nobody who is disabled gets in, from now on.
    disabled: bool | UnsetType = UNSET
    #: May do everything everywhere.
    owner: bool | UnsetType = UNSET
    #: Sign in without a second factor, for who has lost it.
    second_factor: bool | UnsetType = UNSET


class Variable(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A variable."""

    name: str
    value: Any
    description: str
    updated_by: str
    updated_ms: int


class VariableGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a variable is to be."""

    value: Any
    description: str = ""


class Version(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version, without its text."""

    workflow_id: str
    number: int
    document_id: str
    note: str
    author: str
    created_ms: int
    name: str
    #: Version and hash of each package that its nodes come from.
    pins: dict[str, str]


class VersionText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version with its text."""

    version: Version
    document: dict[str, Any]


class VersionTrying(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which version is to be tried, and how much of the events it gets."""

    version: int
    percent: int


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A saved view."""

    id: str
    #: Of which list: `executions`, `workflows`, …
    kind: str
    name: str
    #: The parameters of the list, as its client sends them.
    query: dict[str, Any]
    #: Everybody in the workspace sees it.
    shared: bool
    owner: str
    created_ms: int


class ViewToKeep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a view is to be."""

    kind: str
    name: str
    #: The parameters of the list, as its client sends them.
    query: dict[str, Any]
    #: Let everybody in the workspace see it.
    shared: bool = False


class Waiting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is queued in a pool."""

    pool: str
    queued: int
    #: Since when the oldest has been.
    oldest_ms: int


class Wanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which executions."""

    workflow: str = ""
    #: Any of these; none: all.
    status: list[
        Literal["canceled", "dead", "error", "queued", "running", "success", "waiting"]
    ] = []
    #: Who started them: `webhook`, `schedule`, `manual`, ….
    mode: str = ""
    #: Created since and until then, in milliseconds since 1970.
    from_ms: int | None = None
    until_ms: int | None = None
    #: Custom data that they have, each as `name=value`.
    key: list[str] = []
    #: The one that they were made from.
    retry_of: str = ""


class WayIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place to sign in with."""

    id: str
    name: str
    kind: str


class WaysIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The places to sign in with."""

    providers: list[WayIn]


class WebhookShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A webhook of an active workflow."""

    id: str
    workflow_id: str
    node_id: str
    version: int
    method: str
    #: With its parameters, as `orders/:id`.
    path: str
    #: Where it is called, without the address of the server.
    url: str
    #: Who may call; empty where the version cannot be read.
    callers: (
        Literal[
            "basic",
            "credential",
            "github",
            "header",
            "hmac",
            "jwt",
            "public",
            "slack",
            "standard",
            "stripe",
        ]
        | Literal[""]
    )
    created_ms: int
    #: When it was called last; none: never, or longer ago than deliveries are kept.
    last_received_ms: int | None


class Whole(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How to run an execution again as a whole."""

    version: Literal["current", "original"] = "original"


class WithSecret(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A destination, and what its messages are signed with."""

    destination: Destination
    secret: str


class WorkerShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A process that serves."""

    id: str
    host: str
    version: str
    role: str
    pools: list[str]
    concurrency: int
    running: int
    state: str
    started_ms: int
    heartbeat_ms: int


class WorkflowAbout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said about a workflow beside its text; what is left out stays."""

    folder: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class WorkflowGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workflow to be kept."""

    #: A workflow document, in the format that `docs/workflow-format.md` describes.
    document: dict[str, Any]
    folder: str = ""
    tags: list[str] = []


class WorkflowSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the engine treats the whole workflow."""

    #: IANA name. None: the server's.
    timezone: str | None = None
    #: None: no limit. Waits do not count.
    timeout_s: float | None = None
    #: sequential: depth first, branches from top to bottom. legacy: breadth first.
    order: Literal["legacy", "parallel", "sequential"] = "parallel"
    max_parallel: int = 8
    #: strict: a path through something that is missing fails the expression. lenient: it gives
    #: nothing, as imported workflows expect.
    expressions: Literal["lenient", "strict"] = "strict"
    #: step: results are committed at effect boundaries. execution: at the start and the end
    #: only.
    durability: Literal["execution", "step"] = "step"
    #: Workflow that receives the failure: an id, or a relative path in a file.
    error_workflow: str | None = None
    concurrency: Concurrency | None = None
    #: A template: executions with the same value run on the same worker, as long as it is there.
    sticky_key: str | None = None
    #: Of those that wait in line, 0 is first and 9 is last.
    priority: int = 5
    #: Which finished executions are kept.
    save: Literal["all", "errors", "none"] = "all"
    #: How long they are kept after their end. None: as the server says.
    retention_days: int | None = None
    #: How many of them are kept, the newest. None: they count with those of the workspace.
    retention_executions: int | None = None
    #: After a failure, undo the steps that can be undone, last one first.
    compensate: bool = False
    #: Of every cycle.
    max_iterations: int = 10000
    #: Pools that may run it must carry all of these.
    tags: list[str] = []


class WorkflowTest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An example that is checked: what goes in, what is replaced, what has to come out."""

    name: str
    #: Node to start at. None: the workflow's start.
    start: str | None = None
    #: Node to run up to.
    to: str | None = None
    #: What the start node receives.
    input: list[Item] = []
    #: Name of the set of fixtures to use.
    fixtures: str | None = None
    #: Items that a node puts out instead of running.
    mocks: dict[str, list[Item]] = {}
    #: Node to port to the items of its latest run.
    expected: dict[str, dict[str, list[Item]]] = {}
    status: Literal["error", "success", "waiting"] = "success"
    #: Code of the error, or a part of its message.
    error: str | None = None


class WorkflowText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workflow with the text of its draft, and what is wrong with it."""

    workflow: StoredWorkflow
    document: dict[str, Any]
    findings: list[Finding]
    #: By node: with its config it has these.
    ports: dict[str, NodePorts]


class Workspace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where workflows are, and who works on them."""

    id: str
    organization: str
    name: str
    #: Of two workspaces with work, one of weight 2 gets twice as much done.
    weight: int
    #: Executions that may be queued at once; none: the limit of the installation.
    max_queued: int | None
    #: Who is in this team is a member.
    team: str
    team_role: str
    #: Networks that calls may come from; empty: any.
    allowed_ips: list[str]
    created_ms: int


class WorkspaceChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be different; what is left out stays."""

    name: str | UnsetType = UNSET
    #: Networks that calls may come from; none: any.
    allowed_ips: list[str] | UnsetType = UNSET
    #: Of two workspaces with work, one of weight 2 gets twice as much done.
    weight: int | UnsetType = UNSET
    #: Executions that may be queued at once; null: the limit of the installation.
    max_queued: int | UnsetType | None = UNSET
    #: Who is in this team is a member; empty: no team.
    team: str | UnsetType = UNSET
    #: In this role.
    team_role: str | UnsetType = UNSET
