/**
 * The types of the API.
 *
 * Made from the description of the API by `python dev.py clients`; do not change it here.
 */

/** Of the API that this was made for. */
export const API_VERSION = "0.1.0";

/** What a user says of himself. */
export interface AboutMe {
  readonly name: string;
}

/** A package that was loaded. */
export interface Accepted {
  /** `acme/weather` */
  readonly package: string;
  readonly title: string;
  readonly version: string;
  readonly kind: "http" | "javascript" | "native" | "python" | "wasm";
  /** Version and hash, as a workflow keeps them: `1.2.0#sha256:…`, `1.2.0#dev`. */
  readonly lock: string;
  /** Name of the distribution, or the folder. */
  readonly origin: string;
  readonly ships: boolean;
  readonly nodes: readonly string[];
  /** Types of credentials that its manifest brings along. */
  readonly credentials: readonly CredentialType[];
}

/** One of the things that a node type can do. */
export interface Action {
  /** The parameter that says which, and its value for this one. */
  readonly field: string;
  readonly value: string;
  readonly title: string;
}

/** Which version events are to start. */
export interface Activating {
  /** By default the newest. An older one is how to go back. */
  readonly number?: number | null | undefined;
}

/** Say something about a node, an edge or the workflow, or answer what was said. */
export interface AddComment {
  readonly op: "add_comment";
  readonly text: string;
  /** Of the new comment; by default one is made up. */
  readonly id?: string | null | undefined;
  readonly node?: string | null | undefined;
  readonly edge?: readonly (readonly string[])[] | null | undefined;
  /** Id of the comment that this one answers. */
  readonly answers?: string | null | undefined;
}

/** Connect two nodes, or change what is said about a connection. */
export interface AddEdge {
  readonly op: "add_edge";
  readonly edge: EdgeSpec;
  /** Its place among the edges of its output port, which deliver in this order. */
  readonly place?: number | null | undefined;
}

/** How to run an execution again. */
export interface Again {
  /**
   * `original`: what ran then; `current`: the version that counts now. By default
   * `"original"`.
   */
  readonly version?: "current" | "original" | undefined;
  /** The node to begin with; by default where it failed. */
  readonly start?: string | null | undefined;
}

/** What somebody wants to be told of, and how. */
export interface AlertGiven {
  readonly name: string;
  readonly kind: "credentials_due" | "failure_rate" | "latency_p95" | "no_executions" | "queue_age";
  /** A URL for the channel `webhook`, an address for `email`. */
  readonly target: string;
  /** By default `"webhook"`. */
  readonly channel?: "email" | "webhook" | undefined;
  /** Of one workflow; empty: of all in the workspace. */
  readonly workflow_id?: string | undefined;
  /**
   * A share from 0 to 1 for `failure_rate`, a number for `credentials_due`, else seconds;
   * `no_executions` has none. By default `0`.
   */
  readonly threshold?: number | undefined;
  /** How much time is looked at. By default `900`. */
  readonly window_s?: number | undefined;
  /** For so long after a message no other one says that it fires. By default `3600`. */
  readonly cooldown_s?: number | undefined;
  /** Fewer executions than this in the window say nothing. By default `1`. */
  readonly least?: number | undefined;
  /** By default `false`. */
  readonly disabled?: boolean | undefined;
}

/** An alert rule, and how things stand with it. */
export interface AlertsRule {
  readonly name: string;
  readonly kind: "credentials_due" | "failure_rate" | "latency_p95" | "no_executions" | "queue_age";
  /** Of one workflow; empty: of all. */
  readonly workflow_id: string;
  /** A share from 0 to 1, seconds, or a number; `no_executions` has none. */
  readonly threshold: number;
  readonly window_s: number;
  /** For so long after a message no other one says that it fires. */
  readonly cooldown_s: number;
  /** Fewer executions than this in the window say nothing. */
  readonly least: number;
  readonly disabled: boolean;
  readonly channel: "email" | "webhook";
  /** A URL, or an address for mail. */
  readonly target: string;
  readonly id: string;
  readonly workspace_id: string;
  readonly revision: number;
  readonly secret_version: number;
  readonly state: "firing" | "ok";
  /** What was seen last, in the unit of the threshold. */
  readonly value: number | null;
  readonly since_ms: number;
  readonly told_ms: number;
  readonly created_ms: number;
  readonly updated_ms: number;
}

/** A token, without what it is known by. */
export interface ApiToken {
  readonly id: string;
  readonly kind: "personal" | "service";
  readonly name: string;
  /** Its last characters. */
  readonly ending: string;
  /** Whose it is; empty: the workspace's. */
  readonly user: string;
  /** Where it is good; empty: wherever its user belongs. */
  readonly workspace: string;
  readonly scopes: readonly string[];
  readonly allowed_ips: readonly string[];
  readonly made_by: string;
  readonly created_ms: number;
  readonly expires_ms: number | null;
  readonly used_ms: number | null;
  readonly used_from: string;
}

/** A step that waits for somebody. */
export interface Asked {
  readonly execution_id: string;
  readonly node_id: string;
  readonly run_index: number;
  readonly workflow_id: string;
  readonly workflow_name: string;
  readonly kind: "approval" | "debug" | "form" | "in_doubt" | "retry" | "timer" | "upgrade" | "webhook";
  readonly asks: Asks;
  /** Until when it waits. */
  readonly until_ms: number;
  readonly since_ms: number;
}

/** Which sign-in. */
export interface Asking {
  readonly flow: string;
}

/** What a step that waits for somebody may be answered. */
export interface Asks {
  /** Answers, and the ports that they lead to. */
  readonly ports: { readonly [name: string]: string };
  /** What who answers is shown. */
  readonly shows?: { readonly [name: string]: unknown } | undefined;
}

/**
 * How the host puts a credential on a request, or connects with it.
 *
 * Texts may name fields of the credential in braces: `Token {api_key}`.
 */
export interface Auth {
  readonly kind: "basic" | "bearer" | "certificate" | "digest" | "header" | "hmac" | "incoming" | "login" | "oauth2" | "query";
  /** header and query: its name and its value. */
  readonly name: string;
  readonly value: string;
  /** What the kind needs, where a field of that name does not say it. */
  readonly values: { readonly [name: string]: string };
}

/** The time to make up for, its ends included, in milliseconds since 1970. */
export interface Backfilling {
  readonly from_ms: number;
  readonly until_ms: number;
}

/** What to make of a template. */
export interface Beginning {
  /** By default the name of the template. */
  readonly name?: string | null | undefined;
  readonly folder?: string | undefined;
}

/** A sign-in in a browser. */
export interface Begun {
  /** Where the person goes. */
  readonly url: string;
  readonly expires_ms: number;
}

/** A handle to bytes in the blob store; the bytes themselves never travel with the item. */
export interface BinaryRef {
  /** What `ctx.binary` opens. */
  readonly id: string;
  /** By default `"application/octet-stream"`. */
  readonly media_type?: string | undefined;
  readonly file_name?: string | null | undefined;
  /** By default `0`. */
  readonly size?: number | undefined;
}

/** Limits of this node's guest calls that differ from the server's. */
export interface BudgetSettings {
  readonly fuel?: number | null | undefined;
  readonly memory_bytes?: number | null | undefined;
  /** Computing; stops while the host answers a call. */
  readonly wall_s?: number | null | undefined;
  /** Everything. */
  readonly total_s?: number | null | undefined;
  readonly output_bytes?: number | null | undefined;
  readonly host_calls?: number | null | undefined;
  readonly fetched_bytes?: number | null | undefined;
}

/** What the cache did for a node type: each miss is a step that ran and was kept. */
export interface CacheCounts {
  readonly node_type: string;
  readonly entries: number;
  readonly hits: number;
  readonly misses: number;
  readonly size: number;
}

/** Whether there was anything to cancel. */
export interface Canceled {
  readonly canceled: boolean;
}

/** A draft that listens for one call. */
export interface CaptureShown {
  readonly id: string;
  readonly workflow_id: string;
  readonly node_id: string;
  readonly method: string;
  readonly url: string;
  readonly state: "called" | "listening" | "over";
  readonly until_ms: number;
  readonly execution_id: string | null;
}

/** Cells to be changed, by the names of their columns; null empties one. */
export interface CellsGiven {
  readonly cells: { readonly [name: string]: unknown };
}

/** One difference. */
export interface Change {
  readonly kind: "added" | "changed" | "removed";
  readonly what: "edge" | "fixture" | "layout" | "lock" | "node" | "note" | "setting" | "test" | "workflow";
  /** Id of the node or the note, name of the setting, `a.main -> b.main` of an edge. */
  readonly id: string;
  /** Of what changed inside: `config.assignments[0].value`. */
  readonly path?: string | undefined;
  readonly before?: unknown | undefined;
  readonly after?: unknown | undefined;
}

/** Say something else. */
export interface ChangeComment {
  readonly op: "change_comment";
  readonly id: string;
  readonly text: string;
}

/** Change some of a node; what is left out stays. */
export interface ChangeNode {
  readonly op: "change_node";
  readonly id: string;
  /** Taken as it is: expressions that name the node are not changed. `rename_node` does that. */
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly version?: number | undefined;
  /** Keys that get these values; the others stay. */
  readonly config?: { readonly [name: string]: unknown } | undefined;
  /** Keys of the config that go. */
  readonly unset?: readonly string[] | undefined;
  readonly credentials?: { readonly [name: string]: string } | undefined;
  readonly settings?: NodeSettings | undefined;
  readonly parent?: string | null | undefined;
}

/** What leads from one text to another. */
export interface Changes {
  readonly changes: readonly Change[];
}

/** One thing that may be chosen. */
export interface ChoiceShown {
  readonly value: unknown;
  readonly title: string;
  readonly description: string;
}

/** What may be chosen. */
export interface Choices {
  readonly choices: readonly ChoiceShown[];
}

/** For which field of which node. */
export interface ChoicesWanted {
  readonly workflow?: string | undefined;
  readonly document?: { readonly [name: string]: unknown } | null | undefined;
  readonly node: string;
  readonly field: string;
}

/** How many there were. */
export interface Cleared {
  readonly cleared: number;
}

/** The second step. */
export interface Code {
  readonly step: string;
  /** Of the program for codes, or a recovery code. */
  readonly code: string;
}

/** A column of a table. */
export interface Column {
  /** Stays, whatever the column is called. */
  readonly id: string;
  readonly name: string;
  readonly kind: "boolean" | "date" | "json" | "number" | "text";
}

/** What a column is to be. */
export interface ColumnGiven {
  readonly name: string;
  /** By default `"text"`. */
  readonly kind?: "boolean" | "date" | "json" | "number" | "text" | undefined;
  /** Of a column that there is; empty: it is new. */
  readonly id?: string | undefined;
}

/** What somebody said about a node or an edge. */
export interface Comment {
  readonly id: string;
  readonly text: string;
  readonly node?: string | null | undefined;
  readonly edge?: readonly (readonly string[])[] | null | undefined;
  readonly author?: string | null | undefined;
  /** ISO 8601. */
  readonly at?: string | null | undefined;
  /** By default `false`. */
  readonly resolved?: boolean | undefined;
  /** Id of the comment that this one answers. */
  readonly answers?: string | null | undefined;
}

/** What is to be changed; what is left out stays. */
export interface CommentChanged {
  /** Only who said it says it otherwise. */
  readonly text?: string | null | undefined;
  readonly resolved?: boolean | null | undefined;
}

/** What to say, and about what. */
export interface CommentGiven {
  readonly text: string;
  readonly node?: string | null | undefined;
  /** Two ends, each a node and a port. */
  readonly edge?: readonly (readonly string[])[] | null | undefined;
  /** Id of the comment that it answers. */
  readonly answers?: string | null | undefined;
}

/** How many executions of this workflow may run at once. */
export interface Concurrency {
  readonly limit: number;
  /** An expression: executions with the same value share the limit. */
  readonly key?: string | null | undefined;
  /** By default `"queue"`. */
  readonly overflow?: "cancel_oldest" | "drop" | "queue" | undefined;
}

/** How to copy a workflow. */
export interface Copying {
  /** By default the name of the original, marked as a copy. */
  readonly name?: string | null | undefined;
}

/** How many executions there are of each status. */
export interface Counts {
  readonly counts: { readonly [name: string]: number };
}

/** How executions went in a step of time. */
export interface Course {
  readonly from_ms: number;
  readonly workflow_id: string;
  readonly executions: number;
  readonly failed: number;
  readonly canceled: number;
  readonly failure_rate: number;
  /** Seconds, from start to end; about, because durations are counted in classes. */
  readonly mean_s: number | null;
  readonly p50_s: number | null;
  readonly p95_s: number | null;
}

/** What is to be different; what is left out stays. */
export interface CredentialChange {
  readonly name?: string | undefined;
  /** Only the fields that change; null takes a value away. */
  readonly fields?: { readonly [name: string]: unknown } | undefined;
  readonly references?: { readonly [name: string]: string } | undefined;
  readonly hosts?: readonly string[] | undefined;
  readonly rotate_days?: number | null | undefined;
}

/** A credential to be kept. */
export interface CredentialGiven {
  readonly name: string;
  readonly type: string;
  readonly fields?: { readonly [name: string]: unknown } | undefined;
  readonly references?: { readonly [name: string]: string } | undefined;
  /** Where it may be sent, such as `https://api.example.com`; not where its type says so. */
  readonly hosts?: readonly string[] | undefined;
  /** After how many days it is to be changed. */
  readonly rotate_days?: number | null | undefined;
}

/** A credential, without what is secret. */
export interface CredentialShown {
  readonly credential: CredentialsListed;
  /** Is it to be changed by now? */
  readonly overdue: boolean;
}

/** How to test. */
export interface CredentialTrying {
  /** On one of its hosts; by default what its type says. */
  readonly url?: string | undefined;
}

/** A kind of credential that this package brings along. */
export interface CredentialType {
  readonly type: string;
  readonly title: string;
  readonly auth: Auth;
  /** JSON Schema of its fields, in place or as a file. What has `writeOnly` is a secret. */
  readonly schema: string | { readonly [name: string]: unknown };
  /** Origins that it may be sent to. None: whoever enters it says. */
  readonly hosts: readonly string[];
  /**
   * A request that shows whether it works: `url`, `method` and the `status` to expect. For
   * logins: `connect`, which is `smtp`, `imap`, `sql` or `tcp`.
   */
  readonly test: { readonly [name: string]: unknown };
}

/** The types there are. */
export interface CredentialTypesShown {
  readonly types: readonly TypeShown[];
}

/** The nodes that may use a credential. */
export interface CredentialUsage {
  readonly nodes: readonly Usage[];
}

/** A credential as people see it. */
export interface CredentialsListed {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** How it is attached to a request. */
  readonly scheme: string;
  readonly version: number;
  readonly hosts: readonly string[];
  /** The fields that are no secrets. */
  readonly public: { readonly [name: string]: unknown };
  /** The names of the secret fields that are filled in. */
  readonly filled: readonly string[];
  readonly created_ms: number;
  readonly created_by: string;
  readonly updated_ms: number;
  readonly updated_by: string;
  readonly used_ms: number | null;
  /** When what is secret was entered last. */
  readonly entered_ms: number;
  readonly rotate_days: number | null;
  /** When it is to be changed. */
  readonly due_ms: number | null;
  readonly tested_ms: number | null;
  /** What the latest test came to; None: it worked, or there was none. */
  readonly test_error: string | null;
  /** When what was handed out by somebody else's server ends. */
  readonly expires_ms: number | null;
}

/** What came of reading a file in. */
export interface CsvDone {
  readonly added: number;
  readonly wrong: number;
  readonly mistakes: readonly CsvMistake[];
  readonly added_columns: readonly string[];
}

/** What is wrong with a line. */
export interface CsvMistake {
  /** The first one is 1; a row may take several. */
  readonly line: number;
  readonly column: string;
  readonly message: string;
}

/** A table, without its rows. */
export interface DataTable {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly created_ms: number;
  readonly rows: number;
}

/** An execution that nobody tries any more. */
export interface DeadLetter {
  readonly execution_id: string;
  readonly workflow_id: string;
  readonly workflow_name: string;
  readonly reason: string;
  readonly message: string;
  readonly created_ms: number;
}

/** How many steps were decided. */
export interface Decided {
  readonly steps: number;
}

/** What is to become of steps of which nobody knows whether they had their effect. */
export interface Deciding {
  /** `again`: they run again; `done`: they are taken as done. */
  readonly choice: "again" | "done";
  /** What came of them, where they are done. */
  readonly items?: readonly Item[] | undefined;
}

/** What is decided. */
export interface Decision {
  readonly decision: "approve" | "decline";
  readonly comment?: string | undefined;
}

/** Where a delivery goes now. */
export interface DeliveryRedriving {
  readonly version: number;
}

/** A delivery with what it brought. */
export interface DeliveryShown {
  readonly delivery: StoredDelivery;
  readonly items: readonly Item[];
}

/** Somebody who is told. */
export interface Destination {
  readonly id: string;
  readonly workspace_id: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly workflow_id: string;
  readonly disabled: boolean;
  readonly secret_version: number;
  readonly created_ms: number;
  readonly updated_ms: number;
}

/** Who is to be told what. */
export interface DestinationGiven {
  readonly name: string;
  readonly url: string;
  readonly events: readonly ("audit" | "execution.canceled" | "execution.dead" | "execution.error" | "execution.success")[];
  /** Of one workflow; empty: of all. */
  readonly workflow?: string | undefined;
  /** By default `false`. */
  readonly disabled?: boolean | undefined;
}

/** A sign-in on another device. */
export interface DeviceBegun {
  /** To ask with how it stands. */
  readonly flow: string;
  /** What the person enters, and where. */
  readonly user_code: string;
  readonly url: string;
  /** The same with the code in it, where the server has that. */
  readonly whole_url: string;
  readonly interval_s: number;
  readonly expires_ms: number;
}

/** How a sign-in on another device stands. */
export interface DeviceState {
  readonly state: "connected" | "pending";
  /** Ask again after so long. */
  readonly interval_s: number;
}

/** A workflow. */
export interface Document {
  readonly format: "penstock/1";
  readonly name: string;
  readonly description?: string | undefined;
  readonly nodes?: readonly NodeSpec[] | undefined;
  readonly edges?: readonly EdgeSpec[] | undefined;
  readonly settings?: WorkflowSettings | undefined;
  /**
   * Node to name of the set to the items that it puts out instead of running. `default` is
   * used unless another is asked for.
   */
  readonly fixtures?: { readonly [name: string]: { readonly [name: string]: readonly Item[] } } | undefined;
  readonly tests?: readonly WorkflowTest[] | undefined;
  readonly notes?: readonly Note[] | undefined;
  readonly groups?: readonly Group[] | undefined;
  readonly comments?: readonly Comment[] | undefined;
  /** Node or note to its place on the canvas, x and y. */
  readonly layout?: { readonly [name: string]: readonly (number | number)[] } | undefined;
  /** Package to `version#sha256:…`. */
  readonly lock?: { readonly [name: string]: string } | undefined;
}

/** What became of one of many: what it led to, or why it did not. */
export interface Done {
  readonly execution: string;
  readonly result: string | null;
  readonly error: string | null;
}

/** What a draft is to say. */
export interface DraftGiven {
  /** A workflow document, in the format that `docs/workflow-format.md` describes. */
  readonly document: { readonly [name: string]: unknown };
}

/** One connection, from an output port to an input port. */
export interface EdgeSpec {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /**
   * `main` carries items; `ai_*` connects a model, a tool or a memory to an agent. By default
   * `"main"`.
   */
  readonly kind?: string | undefined;
  /** Closes a cycle on purpose. By default `false`. */
  readonly back?: boolean | undefined;
}

/** What a draft says after a change, and what is wrong with it. */
export interface Edited {
  readonly workflow: StoredWorkflow;
  readonly document: { readonly [name: string]: unknown };
  readonly findings: readonly Finding[];
}

/** What to do with a draft, in this order. */
export interface Editing {
  readonly edits: readonly (SetNode | ChangeNode | RenameNode | RemoveNode | AddEdge | RemoveEdge | SetSetting | SetAbout | SetLayout | SetNote | RemoveNote | SetGroup | RemoveGroup | SetFixture | RemoveFixture | SetTest | RemoveTest | AddComment | ChangeComment | ResolveComment | RemoveComment)[];
}

/** Without a second factor from now on. */
export interface EndingFactor {
  readonly code: string;
  /** Empty for who has none. */
  readonly password?: string | undefined;
}

/** An error as data: through an allow list, never a repr of an exception. */
export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly node_id?: string | undefined;
  readonly node_name?: string | undefined;
  readonly field?: string | null | undefined;
  readonly item?: number | null | undefined;
  readonly name?: string | undefined;
  readonly line?: number | null | undefined;
  readonly column?: number | null | undefined;
  readonly stack?: string | undefined;
  readonly data?: { readonly [name: string]: unknown } | undefined;
}

/** What somebody is told, and what became of it. */
export interface EventMessage {
  readonly id: string;
  readonly destination_id: string;
  readonly workspace_id: string;
  readonly kind: string;
  readonly content: { readonly [name: string]: unknown };
  readonly status: string;
  readonly attempts: number;
  readonly due_ms: number | null;
  readonly answered: number | null;
  readonly error: string | null;
  readonly created_ms: number;
}

/** What a client is to get short tokens for. */
export interface Exchanging {
  /** What they may do, of what is presented; null: all of it. */
  readonly scopes?: readonly string[] | null | undefined;
}

/** An execution with what it was asked for, and what it called. */
export interface ExecutionShown {
  readonly execution: OverviewListed;
  readonly start_node: string | null;
  readonly target_node: string | null;
  readonly vars: { readonly [name: string]: unknown };
  readonly custom_data: { readonly [name: string]: string };
  readonly breakpoints: readonly string[];
  /** Nodes that something stood in for. */
  readonly fixtures: readonly string[];
  /** Workflows and bodies of containers that it ran. */
  readonly parts: readonly OverviewListed[];
}

/** Several workflows as one file. */
export interface Export {
  readonly workflows: readonly Exported[];
  readonly format: string;
}

/** Which workflows. */
export interface ExportWanted {
  /** Empty: all of the workspace, as far as they may be read. */
  readonly workflows?: readonly string[] | undefined;
}

/** A workflow of an export. */
export interface Exported {
  readonly document: { readonly [name: string]: unknown };
  /** Its id where it was exported: others name it by that. */
  readonly id: string;
  /** Names of the folders that it lies in, from the top. */
  readonly folder: readonly string[];
  readonly tags: readonly string[];
  readonly description: string;
}

/** A file that somebody uploaded. */
export interface File {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  /** In bytes. */
  readonly size: number;
  readonly blob_id: string;
  readonly created_by: string;
  readonly created_ms: number;
}

/** Those that there were. */
export interface FilesGone {
  readonly removed: readonly string[];
}

/** Files to be deleted. */
export interface FilesRemoved {
  readonly ids: readonly string[];
}

/** One thing that is wrong with a document. */
export interface Finding {
  /** Stable, dotted. */
  readonly code: string;
  /** What is wrong, for a person. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string | undefined;
  /** Id of the node at fault; empty where it is not one node's fault. */
  readonly node?: string | undefined;
  /** Path within the node's config, or within the document where `node` is empty. */
  readonly field?: string | undefined;
  /** A warning does not keep the workflow from running. By default `"error"`. */
  readonly level?: "error" | "warning" | undefined;
}

/** What is wrong with a document. */
export interface Findings {
  readonly findings: readonly Finding[];
  /** By node: with its config it has these. */
  readonly ports: { readonly [name: string]: NodePorts };
}

/** What became of a moment. */
export interface Fired {
  readonly moment_ms: number;
  readonly outcome: "missed" | "refused" | "skipped" | "started";
  readonly execution: string | null;
}

/** The first code of a second factor. */
export interface FirstCode {
  readonly code: string;
}

/** A folder, and how much is in it. */
export interface Folder {
  readonly id: string;
  /** The folder that it is in; empty: it is at the top. */
  readonly parent_id: string;
  readonly name: string;
  readonly created_ms: number;
  /** In it itself, not in its folders. */
  readonly workflows: number;
}

/** What is to be changed; what is left out stays. */
export interface FolderChanged {
  readonly name?: string | null | undefined;
  /** The folder to put it in; empty: at the top. */
  readonly parent?: string | null | undefined;
}

/** A folder to be made. */
export interface FolderGiven {
  readonly name: string;
  /** The folder to put it in; empty: at the top. */
  readonly parent?: string | undefined;
}

/** Who has forgotten a password. */
export interface Forgotten {
  readonly email: string;
}

/** How to go on. */
export interface GoingOn {
  /** Only the steps of this node; by default all that stand at a breakpoint. */
  readonly node?: string | undefined;
  /** Nodes to stop before from now on; by default as before. */
  readonly breakpoints?: readonly string[] | null | undefined;
  /** Stop before every node from now on: one step at a time. By default `false`. */
  readonly stepping?: boolean | undefined;
}

/** What a role can have. */
export interface Grants {
  readonly grants: readonly string[];
}

/** Nodes drawn together. */
export interface Group {
  readonly id: string;
  readonly title?: string | undefined;
  readonly nodes?: readonly string[] | undefined;
  readonly color?: string | null | undefined;
  /** By default `false`. */
  readonly collapsed?: boolean | undefined;
}

/** What came of an import. */
export interface ImportDone {
  /** Who read it: `penstock`, or the name of an importer. */
  readonly importer: string;
  readonly workflows: readonly ImportedWorkflow[];
  readonly nodes: number;
  /** Of these, those that a node type here does the work of. */
  readonly mapped: number;
}

/** What to import. */
export interface ImportGiven {
  /**
   * A document, what was exported here, a list of such, or a file of another product: its
   * JSON, or its text where it has none.
   */
  readonly data: unknown;
  /** Of which product; empty: whichever knows it. */
  readonly importer?: string | undefined;
  readonly folder?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Only tell what would come of it. By default `false`. */
  readonly preview?: boolean | undefined;
}

/** What became of one workflow. */
export interface ImportedWorkflow {
  /** Its id here; none: it was not kept. */
  readonly workflow: string | null;
  /** How it was mapped, and what is wrong with it. */
  readonly report: Outcome;
  /** Why it was not kept. */
  readonly error: string;
}

/** A role: `admin`, `developer`, `viewer`, `member`, or the id of a custom one. */
export interface InRole {
  readonly role: string;
}

/** Somebody who was invited and has not come. */
export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  /** Empty: into the organization as a whole. */
  readonly workspace: string;
  readonly invited_by: string;
  readonly created_ms: number;
  readonly expires_ms: number;
}

/** A new invitation, with the link that is shown once. */
export interface Invited {
  readonly invitation: Invitation;
  readonly link: string;
  /** Was it sent by mail? */
  readonly sent: boolean;
}

/** Who is invited. */
export interface Inviting {
  readonly email: string;
  /** `admin`, `developer`, `viewer`, `member`, or the id of a custom one. */
  readonly role: string;
  /** Into the organization as a whole, and not into this workspace. By default `false`. */
  readonly organization?: boolean | undefined;
}

/** What a client gets. */
export interface Issued {
  readonly access_token: string;
  readonly token_type: string;
  /** Seconds. */
  readonly expires_in: number;
  /** Good once: the answer has the next one. */
  readonly refresh_token: string;
}

/** One thing that travels along an edge. */
export interface Item {
  readonly json: { readonly [name: string]: unknown };
  readonly binary?: { readonly [name: string]: BinaryRef } | null | undefined;
}

/** Some of the items of one port. */
export interface ItemPart {
  readonly port: string;
  /** How many there are, and which of them the first one here is. */
  readonly total: number;
  readonly start: number;
  /** Null stands for one that is too large to be listed. */
  readonly items: readonly unknown[];
  /** Where the next part begins; none: this was the last. */
  readonly next: number | null;
}

/** Items to put in place of others. */
export interface ItemsGiven {
  /**
   * `input`: of what the step takes, which is what the step before it has put out. By default
   * `"output"`.
   */
  readonly side?: "input" | "output" | undefined;
  readonly port?: string | undefined;
  readonly items: readonly Item[];
  /** Only this one, for which there is one in `items`; by default all. */
  readonly index?: number | null | undefined;
}

/** A JSON Web Key Set. */
export interface KeySet {
  readonly keys: readonly { readonly [name: string]: unknown }[];
}

/** A link that is shown once. */
export interface Link {
  readonly link: string;
}

/** How long a link is to be valid. */
export interface LinkGiven {
  /** By default `3600`. */
  readonly valid_s?: number | undefined;
}

/** A link that whoever has it may follow. */
export interface LinkMade {
  readonly url: string;
  readonly path: string;
  readonly expires_ms: number;
}

/** What is to listen for a call, and for how long. */
export interface Listening {
  readonly node: string;
  /** By default `10`. */
  readonly minutes?: number | undefined;
}

/** One line a node or a guest logged. */
export interface LogLine {
  readonly at_ms: number;
  readonly level: string;
  readonly message: string;
  readonly data?: { readonly [name: string]: unknown } | undefined;
}

/** What to do with which executions: with those that are named, or those that are found. */
export interface Many {
  readonly do: "cancel" | "remove" | "replay" | "retry";
  readonly executions?: readonly string[] | undefined;
  readonly found?: Wanted | null | undefined;
  /** Of those that run again. By default `"original"`. */
  readonly version?: "current" | "original" | undefined;
}

/** What became of each. */
export interface ManyDone {
  readonly executions: readonly Done[];
  /** As many as are done at once: there may be more. */
  readonly may_be_more: boolean;
}

/** Who calls, and what he may do here. */
export interface Me {
  readonly kind: string;
  /** None: a service. */
  readonly user: User | null;
  readonly name: string;
  /** The workspace of this call. */
  readonly workspace: string;
  readonly organization: string;
  /** What may be done in it. */
  readonly grants: readonly string[];
  /** What may be done besides with single objects, by their ids. */
  readonly shared: { readonly [name: string]: readonly string[] };
  /** Those that may be chosen by the header `Penstock-Workspace`. */
  readonly workspaces: readonly Place[];
  /** To be sent as `X-CSRF-Token` with each change; empty: there is no cookie. */
  readonly csrf_token: string;
}

/** Somebody who belongs to an organization or a workspace. */
export interface Member {
  readonly user: string;
  readonly email: string;
  readonly name: string;
  readonly disabled: boolean;
  readonly role: string;
  /** Empty: of the organization as a whole. */
  readonly workspace: string;
  readonly created_ms: number;
}

/** A message of a rule, and what became of it. */
export interface Message {
  readonly id: string;
  readonly rule_id: string;
  readonly workspace_id: string;
  readonly state: "firing" | "ok" | "test";
  readonly content: { readonly [name: string]: unknown };
  readonly created_ms: number;
  readonly status: "due" | "failed" | "sent";
  readonly attempts: number;
  readonly due_ms: number;
  readonly error: string | null;
}

/** How things stand in a workspace. */
export interface Moment {
  readonly at_ms: number;
  readonly queued: number;
  /** How long the oldest has been queued, in seconds. */
  readonly oldest_queued_s: number;
  /** In the last hour. */
  readonly executions: number;
  readonly failed: number;
  readonly p95_s: number | null;
  /** Processes of the installation, and places in them. */
  readonly workers: number;
  readonly slots: number;
  readonly running: number;
}

/** The moments that the rule of a schedule gives in a time. */
export interface Moments {
  readonly schedule: string;
  readonly moments: readonly number[];
  /** There are more than these. */
  readonly more: boolean;
}

/** A name. */
export interface Named {
  readonly name: string;
}

/** What a version is to be called. */
export interface Naming {
  readonly name: string;
}

/** What is entered into a program for codes. */
export interface NewFactor {
  /** To be typed. */
  readonly secret: string;
  /** To be shown as a picture. */
  readonly address: string;
}

/** A custom role. */
export interface NewRole {
  readonly name: string;
  readonly grants: readonly string[];
}

/** A workspace to be added. */
export interface NewWorkspace {
  readonly name: string;
}

/** What there is to read about a node type. */
export interface NodeDocs {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly docs: string;
  /** A workflow that shows it at work, if it brings one. */
  readonly example: { readonly [name: string]: unknown } | null;
}

/** A node type, as a list shows it. */
export interface NodeListed {
  readonly id: string;
  readonly version: number;
  /** All that are installed, the oldest first. */
  readonly versions: readonly number[];
  readonly title: string;
  readonly description: string;
  readonly group: string;
  /** Name of an icon, or of a file in its package. */
  readonly icon: string;
  /** Its package brings a picture, which is at `/nodes/…/icon`. */
  readonly picture: boolean;
  readonly aliases: readonly string[];
  readonly kind: string;
  readonly package: string;
  /** `native`, or how it runs in the sandbox. */
  readonly runtime: string;
  /** It holds other nodes, its body. */
  readonly container: boolean;
  /** The ports that it has before anything is filled in. */
  readonly ports: NodePorts;
  /** What it can do, where a parameter says which: to be searched, and to be added at once. */
  readonly actions: readonly Action[];
  /** Names of its parameters, and of those that a credential is put into. */
  readonly fields: readonly string[];
  readonly slots: readonly string[];
  /** Of the parameters with code that may name nodes: in which language it is written. */
  readonly code: { readonly [name: string]: string };
}

/** The inputs and outputs of a node. */
export interface NodePorts {
  readonly inputs: readonly PortListed[];
  readonly outputs: readonly PortListed[];
}

/** How the engine treats a node, whatever its type. */
export interface NodeSettings {
  /**
   * stop: the execution fails. continue: the error becomes an item. error_port: it leaves
   * there. By default `"stop"`.
   */
  readonly on_error?: "continue" | "error_port" | "stop" | undefined;
  /**
   * What goes on of an item that failed: itself and the error, only the message, or as it
   * came. By default `"with_error"`.
   */
  readonly failed_item?: "message" | "one_message" | "unchanged" | "with_error" | undefined;
  /** None: what the node type says. */
  readonly retry?: RetrySettings | null | undefined;
  /** None: 300 seconds. Waits do not count. */
  readonly timeout_s?: number | null | undefined;
  /** Items pass through untouched. By default `false`. */
  readonly disabled?: boolean | undefined;
  /** The first output delivers one empty item where it has none. By default `false`. */
  readonly always_output?: boolean | undefined;
  /** Only the first item counts. By default `false`. */
  readonly execute_once?: boolean | undefined;
  readonly budget?: BudgetSettings | null | undefined;
  /** The execution parks before this node and waits for a signal. By default `false`. */
  readonly breakpoint?: boolean | undefined;
  /** What it gave is used again for so long where it is given the same. None: the operator's. */
  readonly cache_s?: number | null | undefined;
  /** Of a node that is the target of a cycle. None: the workflow's. */
  readonly max_iterations?: number | null | undefined;
}

/** One node of a workflow. */
export interface NodeSpec {
  /** Never changes, whatever the node is called. */
  readonly id: string;
  /** What people see and expressions use. */
  readonly name: string;
  /** `publisher/package.node`. */
  readonly type: string;
  /** By default `1`. */
  readonly version?: number | undefined;
  readonly config?: { readonly [name: string]: unknown } | undefined;
  /** Slot to credential id. A hint: what counts is what the server has bound. */
  readonly credentials?: { readonly [name: string]: string } | undefined;
  readonly settings?: NodeSettings | undefined;
  /** Id of the node that contains this one. */
  readonly parent?: string | null | undefined;
}

/** A sticky note on the canvas; its place is in `layout`. */
export interface Note {
  readonly id: string;
  readonly text?: string | undefined;
  readonly width?: number | number | null | undefined;
  readonly height?: number | number | null | undefined;
  readonly color?: string | null | undefined;
}

/** Somebody was signed in, and the cookie is in the header; or a code is needed too. */
export interface NowSignedIn {
  /** None: a code is needed too. */
  readonly user: User | null;
  /** To be sent as `X-CSRF-Token` with each change. */
  readonly csrf_token: string;
  /** To be sent to `/sign-in/code` with the code that is needed too. */
  readonly step: string;
}

/** Whom workspaces belong to. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly created_ms: number;
}

/** What became of one workflow. */
export interface Outcome {
  /** Where it came from. */
  readonly file: string;
  readonly name: string;
  /** It can run as it is. */
  readonly ready: boolean;
  /** Share of its nodes that were mapped; notes do not count. */
  readonly score: number;
  readonly nodes: number;
  readonly mapped: number;
  readonly notes: number;
  readonly remarks: readonly Remark[];
  /** What checking the document found. */
  readonly findings: readonly Finding[];
  /** By id: the nodes that remarks and findings are about. */
  readonly subjects: { readonly [name: string]: Subject };
  /** None where the importer made no valid document, and where it was not kept. */
  readonly document: Document | null;
}

/** A step without its items. */
export interface Outline {
  readonly node_id: string;
  readonly run_index: number;
  readonly status: string;
  readonly effects: string;
  readonly attempt: number;
  readonly started_ms: number;
  readonly finished_ms: number;
  /** Per input port: where its items came from. */
  readonly sources: { readonly [name: string]: Source | null };
  /** Items per output port; none: too many to be counted here. */
  readonly counts: { readonly [name: string]: number } | null;
  readonly error: ErrorRecord | null;
  readonly waiting_for: string | null;
  readonly due_ms: number | null;
  readonly logs: number;
  /** What guests spent. */
  readonly spent: { readonly [name: string]: number };
  readonly undone: boolean;
}

/** An execution, without what went in and what came out. */
export interface OverviewListed {
  readonly id: string;
  readonly workspace_id: string;
  readonly workflow_id: string;
  readonly workflow_name: string;
  readonly version: number | null;
  readonly mode: string;
  readonly status: string;
  readonly waiting_for: string | null;
  readonly due_ms: number | null;
  readonly worker_id: string | null;
  readonly retry_of: string | null;
  readonly parent_id: string | null;
  readonly pool: string;
  readonly priority: number;
  readonly dispatches: number;
  readonly steps: number;
  readonly created_ms: number;
  readonly started_ms: number;
  readonly finished_ms: number;
  readonly error: ErrorRecord | null;
}

/** The packages that node types come from, and those that were left out. */
export interface Packages {
  readonly accepted: readonly Accepted[];
  readonly rejected: readonly Rejection[];
}

/** Another password. */
export interface PasswordChange {
  readonly before: string;
  readonly after: string;
}

/** A workspace that somebody may choose. */
export interface Place {
  readonly workspace: string;
  readonly name: string;
  readonly organization: string;
  readonly organization_name: string;
}

/** An input or output of a node. */
export interface PortListed {
  readonly name: string;
  readonly title: string;
  /** `main` carries items; `ai_*` connects a model, a tool or a memory to an agent. */
  readonly kind: string;
}

/** The expressions of a node, resolved for one of its items. */
export interface Preview {
  readonly expressions: readonly Shown[];
  readonly index: number;
  /** How many items the node has. */
  readonly items: number;
  /** None of them could be resolved, for this reason. */
  readonly error: ErrorRecord | null;
}

/** Which node of which text, and on which data. */
export interface PreviewWanted {
  /** Whose draft; empty: the document belongs to no workflow. */
  readonly workflow?: string | undefined;
  /** In place of the draft as it is stored. */
  readonly document?: { readonly [name: string]: unknown } | null | undefined;
  readonly node: string;
  /**
   * The execution whose data is meant, and the run of the node in it: by default the latest.
   * Without one, the fixtures of the document are.
   */
  readonly execution?: string | undefined;
  readonly run?: number | null | undefined;
  /** Which of the items the node takes, from 0. By default `0`. */
  readonly index?: number | undefined;
  /** In place of what the execution was given. */
  readonly items?: readonly Item[] | undefined;
}

/** Whether a webhook would answer now. */
export interface Probe {
  readonly ok: boolean;
  readonly checks: readonly Probed[];
}

/** One thing that has to be in order for a webhook to answer. */
export interface Probed {
  readonly name: "address" | "credential" | "version";
  readonly ok: boolean;
  /** What is wrong, and what to do. */
  readonly detail: string;
}

/** How a provider is to be set up. */
export interface ProviderGiven {
  /** `oidc`, `github`, or a kind that a plugin brings. */
  readonly kind: string;
  readonly name: string;
  /** Who answers for identities: `https://login.example.com`. */
  readonly issuer?: string | undefined;
  readonly client_id?: string | undefined;
  /** Is never shown; empty: the one that it has stays. */
  readonly client_secret?: string | undefined;
  /** `creates_users`, `organization` and `role` say what becomes of people without an account. */
  readonly settings?: { readonly [name: string]: unknown } | undefined;
  /** By default `false`. */
  readonly disabled?: boolean | undefined;
}

/** A provider, as its administrator sees it. */
export interface ProviderShown {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly issuer: string;
  readonly client_id: string;
  readonly has_secret: boolean;
  readonly settings: { readonly [name: string]: unknown };
  readonly disabled: boolean;
  /** To be entered at the provider. */
  readonly redirect_uri: string;
}

/** How to publish a draft. */
export interface Publishing {
  readonly note?: string | undefined;
  /** Let events start it from now on. By default `false`. */
  readonly activate?: boolean | undefined;
}

/** An event as it is kept. */
export interface Recorded {
  readonly id: number;
  readonly action: string;
  readonly actor: string;
  readonly target: string;
  readonly detail: { readonly [name: string]: unknown };
  readonly organization: string;
  readonly workspace: string;
  readonly address: string;
  readonly at_ms: number;
}

/** Codes for when the program for codes is lost. Each is good once. */
export interface RecoveryCodes {
  readonly codes: readonly string[];
}

/** What was started. */
export interface Redelivered {
  readonly execution: string;
}

/** What became of one of them. */
export interface Redriven {
  readonly execution: string;
  /** It was dead, and is queued again. */
  readonly queued: boolean;
  /** Why it is not, where something kept it. */
  readonly error: string;
}

/** Which executions. */
export interface Redriving {
  readonly ids: readonly string[];
}

/** A new account. */
export interface Registering {
  readonly email: string;
  readonly password: string;
  readonly name?: string | undefined;
}

/** A package that was left out. */
export interface Rejection {
  /** Name of the distribution, or the folder. */
  readonly package: string;
  readonly reason: string;
  /** What has to change. */
  readonly hint: string;
  readonly code: string;
}

/** One thing that was not carried over as it was. */
export interface Remark {
  /** Stable; the importer documents its list. */
  readonly code: string;
  readonly message: string;
  /** Id of the node in the new document; empty where it is about the whole workflow. */
  readonly node: string;
  /** Where in the original node, `options.timeout` say. */
  readonly field: string;
  /** The workflow cannot do what it did before until somebody mends this. */
  readonly blocks: boolean;
}

/** Take back what was said, with its answers. */
export interface RemoveComment {
  readonly op: "remove_comment";
  readonly id: string;
}

/** Take a connection away. */
export interface RemoveEdge {
  readonly op: "remove_edge";
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** By default `"main"`. */
  readonly kind?: string | undefined;
}

/** Let a node run again. */
export interface RemoveFixture {
  readonly op: "remove_fixture";
  readonly node: string;
  /** By default `"default"`. */
  readonly name?: string | undefined;
}

/** Take a group away; its nodes stay. */
export interface RemoveGroup {
  readonly op: "remove_group";
  readonly id: string;
}

/** Take a node away, with what hangs on it. */
export interface RemoveNode {
  readonly op: "remove_node";
  readonly id: string;
}

/** Take a note away. */
export interface RemoveNote {
  readonly op: "remove_note";
  readonly id: string;
}

/** Take a test away. */
export interface RemoveTest {
  readonly op: "remove_test";
  readonly name: string;
}

/** How many there were. */
export interface Removed {
  readonly removed: number;
}

/** Give a node another name, and rewrite the expressions that name it. */
export interface RenameNode {
  readonly op: "rename_node";
  readonly id: string;
  readonly name: string;
}

/** What a client goes on with. */
export interface Renewing {
  readonly refresh_token: string;
}

/** A new password, by a link. */
export interface Resetting {
  readonly token: string;
  readonly password: string;
}

/** Settle what was said, or open it again. */
export interface ResolveComment {
  readonly op: "resolve_comment";
  readonly id: string;
  /** By default `true`. */
  readonly resolved?: boolean | undefined;
}

/** When to try a failed step again: exponential, with jitter. */
export interface RetrySettings {
  /** The first attempt included. By default `3`. */
  readonly max_attempts?: number | undefined;
  /** By default `1.0`. */
  readonly first_delay_s?: number | undefined;
  /** By default `2.0`. */
  readonly factor?: number | undefined;
  /** By default `300.0`. */
  readonly max_delay_s?: number | undefined;
  /** Share of the delay that is random. By default `0.2`. */
  readonly jitter?: number | undefined;
}

/** A set of grants. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly string[];
  readonly built_in: boolean;
  readonly created_ms: number;
}

/** What is to be different; what is left out stays. */
export interface RoleChange {
  readonly name?: string | undefined;
  readonly grants?: readonly string[] | undefined;
}

/** Rows to be added, each a value for some of the columns. */
export interface RowsGiven {
  readonly rows: readonly { readonly [name: string]: unknown }[];
}

/** Rows to be deleted. */
export interface RowsRemoved {
  readonly ids: readonly number[];
}

/** A schedule, its next moments, and what became of its latest ones. */
export interface ScheduleShown {
  readonly id: string;
  readonly workflow_id: string;
  readonly node_id: string;
  /** `schedule` or `poll`. */
  readonly kind: string;
  readonly rule: SchedulesRule;
  readonly paused: boolean;
  /** The next five; of a trigger that polls, the next one. */
  readonly next: readonly number[];
  readonly last_ms: number;
  readonly failures: number;
  readonly last_error: string | null;
  readonly fires: readonly Fired[];
}

/** When to start. One of `cron`, `every_s` and `at_ms` says so. */
export interface SchedulesRule {
  readonly cron?: string | undefined;
  /** By default `0`. */
  readonly every_s?: number | undefined;
  /** By default `0`. */
  readonly at_ms?: number | undefined;
  /** Only every n-th of these moments. By default `1`. */
  readonly each?: number | undefined;
  /** By default `"UTC"`. */
  readonly timezone?: string | undefined;
  /** By default `0`. */
  readonly anchor_ms?: number | undefined;
  readonly start_ms?: number | null | undefined;
  readonly end_ms?: number | null | undefined;
  /** By default `0`. */
  readonly jitter_s?: number | undefined;
  /** By default `"allow"`. */
  readonly overlap?: "allow" | "cancel_previous" | "queue" | "skip" | undefined;
  /**
   * Moments that were missed: at most so many of them, not older than this, are made up for.
   * By default `1`.
   */
  readonly catch_up?: number | undefined;
  /** By default `3600`. */
  readonly catch_up_s?: number | undefined;
}

/** What messages are signed with. */
export interface Secret {
  readonly secret: string;
  readonly algorithm: "standard-webhooks v1";
}

/** A browser that somebody has signed in with. */
export interface Session {
  readonly id: string;
  readonly user: string;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly seen_ms: number;
  readonly address: string;
  readonly agent: string;
}

/** A browser that somebody has signed in with. */
export interface SessionShown {
  readonly session: Session;
  /** Is it the one that asks? */
  readonly this: boolean;
}

/** Give the workflow another name or description. */
export interface SetAbout {
  readonly op: "set_about";
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** Let a node put out these items instead of running. */
export interface SetFixture {
  readonly op: "set_fixture";
  readonly node: string;
  /** By default `"default"`. */
  readonly name?: string | undefined;
  readonly items: readonly Item[];
}

/** Draw nodes together, or do so otherwise. */
export interface SetGroup {
  readonly op: "set_group";
  readonly group: Group;
}

/** Put nodes and notes somewhere on the canvas; null: nowhere. */
export interface SetLayout {
  readonly op: "set_layout";
  readonly places: { readonly [name: string]: readonly (number | number)[] | null };
}

/** Add a node, or put another one in its place. */
export interface SetNode {
  readonly op: "set_node";
  readonly node: NodeSpec;
}

/** Add a note, or put another one in its place. */
export interface SetNote {
  readonly op: "set_note";
  readonly note: Note;
}

/** Change a setting of the workflow; null is its default. */
export interface SetSetting {
  readonly op: "set_setting";
  readonly name: string;
  readonly value?: unknown | undefined;
}

/** Add a test, or put another one in the place of that with its name. */
export interface SetTest {
  readonly op: "set_test";
  readonly test: WorkflowTest;
}

/** How far an installation is. */
export interface SetUp {
  /** Is there an owner? */
  readonly done: boolean;
  /** May whoever likes make himself an account? */
  readonly registration: boolean;
}

/** A setting. */
export interface SettingShown {
  readonly name: string;
  /** The variable that sets it. */
  readonly variable: string;
  /**
   * As it is; of a secret only whether there is one, of an address nothing that stands before
   * the host.
   */
  readonly value: unknown;
  readonly default: unknown;
  /**
   * `default`: nobody set it. `environment`: a variable, or the file that it names. `file`:
   * `penstock.toml`. `program`: whoever started the server in a program of his own.
   */
  readonly origin: "default" | "environment" | "file" | "program";
  readonly secret: boolean;
}

/** The first user. */
export interface SettingUp {
  /** Of the link. */
  readonly token: string;
  readonly email: string;
  readonly password: string;
  readonly name?: string | undefined;
}

/** An object that is shared. */
export interface Share {
  readonly kind: string;
  readonly object: string;
  /** `user:ID` or `team:ID`. */
  readonly subject: string;
  /** What may be done with it. */
  readonly level: string;
  readonly made_by: string;
  readonly created_ms: number;
}

/** How to share. */
export interface Sharing {
  /** Of a workflow: `read`, `run` or `write`. Of a credential: `use` or `write`. */
  readonly level: string;
}

/** An expression with its value, or with why it has none. */
export interface Shown {
  /** Its place in the config: `assignments[0].value`. */
  readonly field: string;
  /** None: there is none, or it is too large. */
  readonly value: unknown;
  /** Of a value that is too large to be shown: how many bytes of JSON it is. */
  readonly too_large: number | null;
  readonly error: ErrorRecord | null;
}

/** Who signs in. */
export interface SigningIn {
  readonly email: string;
  readonly password: string;
}

/** Where one input of a step came from: an output port of an earlier step. */
export interface Source {
  readonly step: StepKey;
  readonly port: string;
  /** Index of the edge in the graph, so that two edges between the same ports differ. */
  readonly edge: number;
}

/** An execution that was accepted, and what came of it where somebody waited for that. */
export interface Started {
  readonly execution: string;
  /** False: the same event was accepted before, as this execution. */
  readonly is_new: boolean;
  /** None: it has not ended as far as is known here. */
  readonly status: "canceled" | "dead" | "error" | "queued" | "running" | "success" | "waiting" | null;
  readonly waiting_for: "approval" | "debug" | "form" | "in_doubt" | "retry" | "timer" | "upgrade" | "webhook" | null;
  readonly error: ErrorRecord | null;
  /** What came out at its end, a megabyte at most. */
  readonly output: ItemPart | null;
}

/** What to start a workflow with. */
export interface Starting {
  /** By default one empty item. */
  readonly items?: readonly Item[] | undefined;
  /** By default the active version. */
  readonly version?: number | null | undefined;
  /** The trigger to begin at; by default the start of the workflow. */
  readonly node?: string | null | undefined;
  /** Name of the event: the same one is accepted once. */
  readonly key?: string | null | undefined;
  readonly vars?: { readonly [name: string]: unknown } | undefined;
  /** 0 is first, 9 is last; by default what the workflow says. */
  readonly priority?: number | null | undefined;
}

/** Names a step within its execution. */
export interface StepKey {
  readonly node_id: string;
  readonly run_index: number;
}

/** A line that a step wrote. */
export interface StepLog {
  readonly node_id: string;
  readonly run_index: number;
  readonly line: LogLine;
}

/** A delivery, without what it brought. */
export interface StoredDelivery {
  readonly endpoint_id: string;
  readonly delivery_id: string;
  readonly workspace_id: string;
  readonly workflow_id: string;
  readonly node_id: string;
  readonly version: number | null;
  readonly execution_id: string;
  readonly method: string;
  readonly path: string;
  readonly received_ms: number;
}

/** A workflow of the store, without its text. */
export interface StoredWorkflow {
  readonly id: string;
  readonly workspace_id: string;
  readonly name: string;
  /** Of the draft: raised by each change. */
  readonly revision: number;
  /** Number of the newest version; 0: never published. */
  readonly latest: number;
  readonly active_version: number | null;
  readonly draft_id: string;
  readonly locked_by: string | null;
  readonly locked_until_ms: number;
  readonly created_ms: number;
  readonly updated_ms: number;
  /** Empty: at the top. */
  readonly folder_id: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly archived_ms: number | null;
  /** A version on trial, and the share of the events that it gets, in percent. */
  readonly canary_version: number | null;
  readonly canary_percent: number;
}

/** A node that something was remarked about. */
export interface Subject {
  readonly name: string;
  /** As the other product calls it where a placeholder stands for it. */
  readonly type: string;
}

/** What another system was asked, and how that stands. */
export interface Subscription {
  readonly id: string;
  readonly workspace_id: string;
  readonly workflow_id: string;
  readonly node_id: string;
  readonly version: number;
  readonly wanted: boolean;
  /** `due` to be looked at, `active`, `failing`. */
  readonly status: string;
  readonly error: string | null;
  readonly failures: number;
  readonly due_ms: number;
  readonly checked_ms: number | null;
  readonly created_ms: number;
}

/** What is to be changed; what is left out stays. */
export interface TableChanged {
  readonly name?: string | null | undefined;
  /**
   * All columns from now on, in their order: those with an `id` stay, and may have another
   * name; those without are new; what is in one that is not named is gone.
   */
  readonly columns?: readonly ColumnGiven[] | null | undefined;
}

/** A table to be made. */
export interface TableGiven {
  readonly name: string;
  readonly columns: readonly ColumnGiven[];
}

/** A row, with a value or null for each column, by its name. */
export interface TableRow {
  readonly id: number;
  readonly cells: { readonly [name: string]: unknown };
  readonly created_ms: number;
  readonly updated_ms: number;
}

/** A tag, and how many workflows have it. */
export interface TagCount {
  readonly tag: string;
  readonly workflows: number;
}

/** An invitation that is taken. */
export interface Taking {
  /** Of the link. */
  readonly token: string;
  readonly password: string;
  readonly name?: string | undefined;
}

/** An invitation that is taken by who has signed in. */
export interface TakingAsUser {
  /** Of the link. */
  readonly token: string;
}

/** Some people of an organization. */
export interface Team {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly users: readonly string[];
  readonly created_ms: number;
}

/** A template, without its document. */
export interface TemplateShown {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly author: string;
  readonly created_ms: number;
  /** It comes with Penstock, and cannot be removed. */
  readonly shipped: boolean;
}

/** A template with its document. */
export interface TemplateText {
  readonly template: TemplateShown;
  readonly document: { readonly [name: string]: unknown };
  /** Markdown, where it comes with Penstock. */
  readonly readme: string;
}

/** A workflow to be kept as a template. */
export interface TemplateToKeep {
  readonly workflow: string;
  /** By default the draft. */
  readonly version?: number | null | undefined;
  /** By default those of the workflow. */
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
}

/** A token to be made. */
export interface TokenGiven {
  readonly name: string;
  /** What it may do, of what its maker may; `/grants` lists what there is. */
  readonly scopes: readonly string[];
  /**
   * personal: acts for its maker, and ends with him. service: belongs to this workspace. By
   * default `"personal"`.
   */
  readonly kind?: "personal" | "service" | undefined;
  /**
   * A personal token that is good wherever its maker belongs, and not in this workspace alone.
   * By default `false`.
   */
  readonly everywhere?: boolean | undefined;
  /** Days that it is good for; null: until it is removed. By default `90`. */
  readonly days?: number | null | undefined;
  /** Networks that calls may come from; none: any. */
  readonly allowed_ips?: readonly string[] | undefined;
}

/** A new token, with what it is known by: shown once. */
export interface TokenMade {
  readonly token: ApiToken;
  readonly value: string;
}

/** A version on trial, or what became of the last one that was. */
export interface Trial {
  readonly version: number;
  /** Of the events, while it goes on. */
  readonly percent: number;
  readonly since_ms: number;
  readonly ended_ms: number | null;
  /** Why it was ended. */
  readonly reason: string;
  readonly finished: number;
  readonly failed: number;
}

/** Of a stored workflow. */
export interface TryingDraft {
  /** What the first node receives; by default one empty item. */
  readonly items?: readonly Item[] | undefined;
  /** The node to begin at, and the node to run up to. */
  readonly start?: string | null | undefined;
  readonly to?: string | null | undefined;
  /** The set of fixtures to use; empty: none. By default `"default"`. */
  readonly fixtures?: string | undefined;
  /** Node to what it puts out instead of running. */
  readonly mocks?: { readonly [name: string]: readonly Item[] } | undefined;
  /**
   * An earlier execution whose data is taken over: of the steps before `start`, or, without
   * `start`, of all that ended well.
   */
  readonly earlier?: string | undefined;
  /** Nodes to stop before, besides those that the draft marks. */
  readonly breakpoints?: readonly string[] | undefined;
  /** Stop before every node. By default `false`. */
  readonly stepping?: boolean | undefined;
  /** Change nothing outside: list what would be sent instead of sending it. By default `false`. */
  readonly simulate?: boolean | undefined;
  readonly vars?: { readonly [name: string]: unknown } | undefined;
  /** In place of the draft as it is stored. */
  readonly document?: { readonly [name: string]: unknown } | null | undefined;
}

/** What one node is to run with. */
export interface TryingNode {
  /** What it receives at its first input; by default what it received in `earlier`. */
  readonly items?: readonly Item[] | undefined;
  readonly earlier?: string | undefined;
  readonly document?: { readonly [name: string]: unknown } | null | undefined;
  readonly vars?: { readonly [name: string]: unknown } | undefined;
}

/** Of a text that belongs to no workflow. */
export interface TryingText {
  /** What the first node receives; by default one empty item. */
  readonly items?: readonly Item[] | undefined;
  /** The node to begin at, and the node to run up to. */
  readonly start?: string | null | undefined;
  readonly to?: string | null | undefined;
  /** The set of fixtures to use; empty: none. By default `"default"`. */
  readonly fixtures?: string | undefined;
  /** Node to what it puts out instead of running. */
  readonly mocks?: { readonly [name: string]: readonly Item[] } | undefined;
  /**
   * An earlier execution whose data is taken over: of the steps before `start`, or, without
   * `start`, of all that ended well.
   */
  readonly earlier?: string | undefined;
  /** Nodes to stop before, besides those that the draft marks. */
  readonly breakpoints?: readonly string[] | undefined;
  /** Stop before every node. By default `false`. */
  readonly stepping?: boolean | undefined;
  /** Change nothing outside: list what would be sent instead of sending it. By default `false`. */
  readonly simulate?: boolean | undefined;
  readonly vars?: { readonly [name: string]: unknown } | undefined;
  /** A workflow document, in the format that `docs/workflow-format.md` describes. */
  readonly document: { readonly [name: string]: unknown };
}

/** A type as people see it. */
export interface TypeShown {
  readonly type: string;
  readonly title: string;
  readonly package: string;
  readonly kind: string;
  /** JSON Schema; what has `writeOnly` is a secret. */
  readonly schema: { readonly [name: string]: unknown };
  /** Empty: whoever enters a credential says. */
  readonly hosts: readonly string[];
  /** Does it say by itself how to test one? */
  readonly tested: boolean;
}

/** The next moments of a document that is not active yet. */
export interface Upcoming {
  readonly moments: readonly number[];
}

/** A slot that may use a credential. */
export interface Usage {
  readonly workflow_id: string;
  readonly workflow_name: string | null;
  readonly node_id: string;
  readonly slot: string;
  /** Does a version say so? Otherwise only the draft does. */
  readonly published: boolean;
}

/** What was used in a step of time. */
export interface Used {
  readonly from_ms: number;
  readonly executions: number;
  readonly failed: number;
  readonly canceled: number;
  readonly steps: number;
  /** Instructions of guests, about. */
  readonly fuel: number;
  /** Of processors, by guests. */
  readonly cpu_s: number;
  /** What guests returned and were answered. */
  readonly bytes: number;
  /** Of language models. */
  readonly tokens: number;
}

/** A person, as others may know him. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly disabled: boolean;
  /** May do everything everywhere. */
  readonly owner: boolean;
  readonly email_verified: boolean;
  /** Has a second factor. */
  readonly totp_on: boolean;
  readonly has_password: boolean;
  readonly created_ms: number;
  readonly signed_in_ms: number | null;
}

/** What is to be different; what is left out stays. */
export interface UserChange {
  readonly name?: string | undefined;
  /** Nobody who is disabled gets in, from now on. */
  readonly disabled?: boolean | undefined;
  /** May do everything everywhere. */
  readonly owner?: boolean | undefined;
  /** Sign in without a second factor, for who has lost it. */
  readonly second_factor?: boolean | undefined;
}

/** A variable. */
export interface Variable {
  readonly name: string;
  readonly value: unknown;
  readonly description: string;
  readonly updated_by: string;
  readonly updated_ms: number;
}

/** What a variable is to be. */
export interface VariableGiven {
  readonly value: unknown;
  readonly description?: string | undefined;
}

/** A version, without its text. */
export interface Version {
  readonly workflow_id: string;
  readonly number: number;
  readonly document_id: string;
  readonly note: string;
  readonly author: string;
  readonly created_ms: number;
  readonly name: string;
  /** Version and hash of each package that its nodes come from. */
  readonly pins: { readonly [name: string]: string };
}

/** A version with its text. */
export interface VersionText {
  readonly version: Version;
  readonly document: { readonly [name: string]: unknown };
}

/** Which version is to be tried, and how much of the events it gets. */
export interface VersionTrying {
  readonly version: number;
  readonly percent: number;
}

/** A saved view. */
export interface View {
  readonly id: string;
  /** Of which list: `executions`, `workflows`, … */
  readonly kind: string;
  readonly name: string;
  /** The parameters of the list, as its client sends them. */
  readonly query: { readonly [name: string]: unknown };
  /** Everybody in the workspace sees it. */
  readonly shared: boolean;
  readonly owner: string;
  readonly created_ms: number;
}

/** What a view is to be. */
export interface ViewToKeep {
  readonly kind: string;
  readonly name: string;
  /** The parameters of the list, as its client sends them. */
  readonly query: { readonly [name: string]: unknown };
  /** Let everybody in the workspace see it. By default `false`. */
  readonly shared?: boolean | undefined;
}

/** What is queued in a pool. */
export interface Waiting {
  readonly pool: string;
  readonly queued: number;
  /** Since when the oldest has been. */
  readonly oldest_ms: number;
}

/** Which executions. */
export interface Wanted {
  readonly workflow?: string | undefined;
  /** Any of these; none: all. */
  readonly status?: readonly ("canceled" | "dead" | "error" | "queued" | "running" | "success" | "waiting")[] | undefined;
  /** Who started them: `webhook`, `schedule`, `manual`, …. */
  readonly mode?: string | undefined;
  /** Created since and until then, in milliseconds since 1970. */
  readonly from_ms?: number | null | undefined;
  readonly until_ms?: number | null | undefined;
  /** Custom data that they have, each as `name=value`. */
  readonly key?: readonly string[] | undefined;
  /** The one that they were made from. */
  readonly retry_of?: string | undefined;
}

/** A place to sign in with. */
export interface WayIn {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

/** The places to sign in with. */
export interface WaysIn {
  readonly providers: readonly WayIn[];
}

/** A webhook of an active workflow. */
export interface WebhookShown {
  readonly id: string;
  readonly workflow_id: string;
  readonly node_id: string;
  readonly version: number;
  readonly method: string;
  /** With its parameters, as `orders/:id`. */
  readonly path: string;
  /** Where it is called, without the address of the server. */
  readonly url: string;
  /** Who may call; empty where the version cannot be read. */
  readonly callers: "basic" | "credential" | "github" | "header" | "hmac" | "jwt" | "public" | "slack" | "standard" | "stripe" | "";
  readonly created_ms: number;
  /** When it was called last; none: never, or longer ago than deliveries are kept. */
  readonly last_received_ms: number | null;
}

/** How to run an execution again as a whole. */
export interface Whole {
  /** By default `"original"`. */
  readonly version?: "current" | "original" | undefined;
}

/** A destination, and what its messages are signed with. */
export interface WithSecret {
  readonly destination: Destination;
  readonly secret: string;
}

/** A process that serves. */
export interface WorkerShown {
  readonly id: string;
  readonly host: string;
  readonly version: string;
  readonly role: string;
  readonly pools: readonly string[];
  readonly concurrency: number;
  readonly running: number;
  readonly state: string;
  readonly started_ms: number;
  readonly heartbeat_ms: number;
}

/** What is said about a workflow beside its text; what is left out stays. */
export interface WorkflowAbout {
  readonly folder?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly archived?: boolean | undefined;
}

/** A workflow to be kept. */
export interface WorkflowGiven {
  /** A workflow document, in the format that `docs/workflow-format.md` describes. */
  readonly document: { readonly [name: string]: unknown };
  readonly folder?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** How the engine treats the whole workflow. */
export interface WorkflowSettings {
  /** IANA name. None: the server's. */
  readonly timezone?: string | null | undefined;
  /** None: no limit. Waits do not count. */
  readonly timeout_s?: number | null | undefined;
  /**
   * sequential: depth first, branches from top to bottom. legacy: breadth first. By default
   * `"parallel"`.
   */
  readonly order?: "legacy" | "parallel" | "sequential" | undefined;
  /** By default `8`. */
  readonly max_parallel?: number | undefined;
  /**
   * strict: a path through something that is missing fails the expression. lenient: it gives
   * nothing, as imported workflows expect. By default `"strict"`.
   */
  readonly expressions?: "lenient" | "strict" | undefined;
  /**
   * step: results are committed at effect boundaries. execution: at the start and the end
   * only. By default `"step"`.
   */
  readonly durability?: "execution" | "step" | undefined;
  /** Workflow that receives the failure: an id, or a relative path in a file. */
  readonly error_workflow?: string | null | undefined;
  readonly concurrency?: Concurrency | null | undefined;
  /** A template: executions with the same value run on the same worker, as long as it is there. */
  readonly sticky_key?: string | null | undefined;
  /** Of those that wait in line, 0 is first and 9 is last. By default `5`. */
  readonly priority?: number | undefined;
  /** Which finished executions are kept. By default `"all"`. */
  readonly save?: "all" | "errors" | "none" | undefined;
  /** How long they are kept after their end. None: as the server says. */
  readonly retention_days?: number | null | undefined;
  /** How many of them are kept, the newest. None: they count with those of the workspace. */
  readonly retention_executions?: number | null | undefined;
  /** After a failure, undo the steps that can be undone, last one first. By default `false`. */
  readonly compensate?: boolean | undefined;
  /** Of every cycle. By default `10000`. */
  readonly max_iterations?: number | undefined;
  /** Pools that may run it must carry all of these. */
  readonly tags?: readonly string[] | undefined;
}

/** An example that is checked: what goes in, what is replaced, what has to come out. */
export interface WorkflowTest {
  readonly name: string;
  /** Node to start at. None: the workflow's start. */
  readonly start?: string | null | undefined;
  /** Node to run up to. */
  readonly to?: string | null | undefined;
  /** What the start node receives. */
  readonly input?: readonly Item[] | undefined;
  /** Name of the set of fixtures to use. */
  readonly fixtures?: string | null | undefined;
  /** Items that a node puts out instead of running. */
  readonly mocks?: { readonly [name: string]: readonly Item[] } | undefined;
  /** Node to port to the items of its latest run. */
  readonly expected?: { readonly [name: string]: { readonly [name: string]: readonly Item[] } } | undefined;
  /** By default `"success"`. */
  readonly status?: "error" | "success" | "waiting" | undefined;
  /** Code of the error, or a part of its message. */
  readonly error?: string | null | undefined;
}

/** A workflow with the text of its draft, and what is wrong with it. */
export interface WorkflowText {
  readonly workflow: StoredWorkflow;
  readonly document: { readonly [name: string]: unknown };
  readonly findings: readonly Finding[];
  /** By node: with its config it has these. */
  readonly ports: { readonly [name: string]: NodePorts };
}

/** Where workflows are, and who works on them. */
export interface Workspace {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  /** Of two workspaces with work, one of weight 2 gets twice as much done. */
  readonly weight: number;
  /** Executions that may be queued at once; none: the limit of the installation. */
  readonly max_queued: number | null;
  /** Who is in this team is a member. */
  readonly team: string;
  readonly team_role: string;
  /** Networks that calls may come from; empty: any. */
  readonly allowed_ips: readonly string[];
  readonly created_ms: number;
}

/** What is to be different; what is left out stays. */
export interface WorkspaceChange {
  readonly name?: string | undefined;
  /** Networks that calls may come from; none: any. */
  readonly allowed_ips?: readonly string[] | undefined;
  /** Of two workspaces with work, one of weight 2 gets twice as much done. */
  readonly weight?: number | undefined;
  /** Executions that may be queued at once; null: the limit of the installation. */
  readonly max_queued?: number | null | undefined;
  /** Who is in this team is a member; empty: no team. */
  readonly team?: string | undefined;
  /** In this role. */
  readonly team_role?: string | undefined;
}
