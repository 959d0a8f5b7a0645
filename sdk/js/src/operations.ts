/**
 * Every call of the API.
 *
 * Made from the description of the API by `python dev.py clients`; do not change it here.
 */

import type * as models from "./models.js";
import { Pages } from "./pages.js";
import { type CallOptions, place, type Reply, type Transport } from "./transport.js";

/** One method for each operation. */
export class Operations {
  protected readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /**
   * The alert rules of the workspace, by name, and how things stand with them.
   *
   * Needs `workspace:write`.
   */
  listAlerts(
    options: CallOptions = {},
  ): Pages<models.AlertsRule> {
    const asked = {
      method: "GET",
      path: "/api/v1/alerts",
      signal: options.signal,
    };
    return new Pages<models.AlertsRule>(this.transport, asked);
  }

  /**
   * Keep a new alert rule.
   *
   * Needs `workspace:write`.
   */
  async addAlert(
    body: models.AlertGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.AlertsRule>> {
    const asked = {
      method: "POST",
      path: "/api/v1/alerts",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.AlertsRule>(asked);
  }

  /**
   * Remove an alert rule, and what is known of its messages.
   *
   * Needs `workspace:write`.
   *
   * @param alert Which alert.
   */
  async removeAlert(
    alert: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/alerts/${place(alert)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * One alert rule.
   *
   * Needs `workspace:write`.
   *
   * @param alert Which alert.
   */
  async showAlert(
    alert: string,
    options: CallOptions = {},
  ): Promise<Reply<models.AlertsRule>> {
    const asked = {
      method: "GET",
      path: `/api/v1/alerts/${place(alert)}`,
      signal: options.signal,
    };
    return await this.transport.reply<models.AlertsRule>(asked);
  }

  /**
   * Change an alert rule; send the ETag that you saw as `If-Match`.
   *
   * Needs `workspace:write`.
   *
   * @param alert Which alert.
   */
  async changeAlert(
    alert: string,
    body: models.AlertGiven,
    options: CallOptions & { etag?: string | undefined } = {},
  ): Promise<Reply<models.AlertsRule>> {
    const asked = {
      method: "PUT",
      path: `/api/v1/alerts/${place(alert)}`,
      body,
      media: "application/json",
      etag: options.etag,
      signal: options.signal,
    };
    return await this.transport.reply<models.AlertsRule>(asked);
  }

  /**
   * The messages of an alert rule, the newest first, and what became of them.
   *
   * Needs `workspace:write`.
   *
   * @param alert Which alert.
   */
  listAlertMessages(
    alert: string,
    options: CallOptions = {},
  ): Pages<models.Message> {
    const asked = {
      method: "GET",
      path: `/api/v1/alerts/${place(alert)}/messages`,
      signal: options.signal,
    };
    return new Pages<models.Message>(this.transport, asked);
  }

  /**
   * What the messages of an alert rule are signed with.
   *
   * Needs `workspace:write`.
   *
   * @param alert Which alert.
   */
  async showAlertSecret(
    alert: string,
    options: CallOptions = {},
  ): Promise<models.Secret> {
    const asked = {
      method: "GET",
      path: `/api/v1/alerts/${place(alert)}/secret`,
      signal: options.signal,
    };
    return await this.transport.value<models.Secret>(asked);
  }

  /**
   * Sign the messages of an alert rule with a new secret from now on.
   *
   * Needs `workspace:write`.
   *
   * @param alert Which alert.
   */
  async renewAlertSecret(
    alert: string,
    options: CallOptions = {},
  ): Promise<models.Secret> {
    const asked = {
      method: "POST",
      path: `/api/v1/alerts/${place(alert)}/secret`,
      signal: options.signal,
    };
    return await this.transport.value<models.Secret>(asked);
  }

  /**
   * Send a message that says that messages arrive, now.
   *
   * Whatever keeps it from arriving is the answer.
   *
   * Needs `workspace:write`.
   *
   * @param alert Which alert.
   */
  async testAlert(
    alert: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Message> {
    const asked = {
      method: "POST",
      path: `/api/v1/alerts/${place(alert)}/test`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Message>(asked);
  }

  /**
   * What waits for a decision in the workspace, the oldest first.
   *
   * Needs `execution:read`.
   */
  listApprovals(
    options: CallOptions = {},
  ): Pages<models.Asked> {
    const asked = {
      method: "GET",
      path: "/api/v1/approvals",
      signal: options.signal,
    };
    return new Pages<models.Asked>(this.transport, asked);
  }

  /**
   * Approve or decline; the workflow goes on with it.
   *
   * Needs `execution:run`.
   *
   * @param execution Which execution.
   * @param node Which node.
   * @param runIndex Which run index.
   */
  async decideApproval(
    execution: string,
    node: string,
    runIndex: number,
    body: models.Decision,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: `/api/v1/approvals/${place(execution)}/${place(node)}/${place(runIndex)}`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * What was done in this workspace, or in the whole organization; the newest first.
   *
   * Needs `audit:read`.
   */
  listEvents(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined; actor?: string | undefined; action?: string | undefined; target?: string | undefined; since_ms?: number | undefined; until_ms?: number | undefined; organization?: boolean | undefined } = {},
  ): Pages<models.Recorded> {
    const asked = {
      method: "GET",
      path: "/api/v1/audit",
      query: { cursor: options.cursor, limit: options.limit, actor: options.actor, action: options.action, target: options.target, since_ms: options.since_ms, until_ms: options.until_ms, organization: options.organization },
      signal: options.signal,
    };
    return new Pages<models.Recorded>(this.transport, asked);
  }

  /**
   * Listen no more.
   *
   * Needs `workflow:run`.
   *
   * @param capture Which capture.
   */
  async endCapture(
    capture: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/captures/${place(capture)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Show what became of a capture.
   *
   * Needs `workflow:read`.
   *
   * @param capture Which capture.
   */
  async showCapture(
    capture: string,
    options: CallOptions = {},
  ): Promise<models.CaptureShown> {
    const asked = {
      method: "GET",
      path: `/api/v1/captures/${place(capture)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.CaptureShown>(asked);
  }

  /**
   * Ask whether the account is connected by now.
   *
   * Needs `credential:write`.
   */
  async askDeviceSignIn(
    body: models.Asking,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.DeviceState> {
    const asked = {
      method: "POST",
      path: "/api/v1/credential-devices",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.DeviceState>(asked);
  }

  /**
   * The types of credentials, each with the JSON Schema of its fields.
   *
   * Needs `credential:read`.
   */
  async listCredentialTypes(
    options: CallOptions = {},
  ): Promise<models.CredentialTypesShown> {
    const asked = {
      method: "GET",
      path: "/api/v1/credential-types",
      signal: options.signal,
    };
    return await this.transport.value<models.CredentialTypesShown>(asked);
  }

  /**
   * The credentials that you may see, by name.
   *
   * Needs `credential:read`.
   */
  listCredentials(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined; search?: string | undefined; type?: string | undefined; overdue?: boolean | undefined } = {},
  ): Pages<models.CredentialShown> {
    const asked = {
      method: "GET",
      path: "/api/v1/credentials",
      query: { cursor: options.cursor, limit: options.limit, search: options.search, type: options.type, overdue: options.overdue },
      signal: options.signal,
    };
    return new Pages<models.CredentialShown>(this.transport, asked);
  }

  /**
   * Keep a new credential.
   *
   * Needs `credential:write`.
   */
  async addCredential(
    body: models.CredentialGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.CredentialShown>> {
    const asked = {
      method: "POST",
      path: "/api/v1/credentials",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.CredentialShown>(asked);
  }

  /**
   * Forget a credential; nodes that use it fail from then on.
   *
   * Needs `credential:delete`.
   *
   * @param credential Which credential.
   */
  async removeCredential(
    credential: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/credentials/${place(credential)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * A credential, without what is secret. A change has to name its `ETag`.
   *
   * Needs `credential:read`.
   *
   * @param credential Which credential.
   */
  async showCredential(
    credential: string,
    options: CallOptions = {},
  ): Promise<Reply<models.CredentialShown>> {
    const asked = {
      method: "GET",
      path: `/api/v1/credentials/${place(credential)}`,
      signal: options.signal,
    };
    return await this.transport.reply<models.CredentialShown>(asked);
  }

  /**
   * Change a credential. `If-Match` has the `ETag` of what was read.
   *
   * What is secret has to be entered again together with a change of where it is sent.
   *
   * Needs `credential:write`.
   *
   * @param credential Which credential.
   */
  async changeCredential(
    credential: string,
    body: models.CredentialChange = {},
    options: CallOptions & { etag?: string | undefined } = {},
  ): Promise<Reply<models.CredentialShown>> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/credentials/${place(credential)}`,
      body,
      media: "application/json",
      etag: options.etag,
      signal: options.signal,
    };
    return await this.transport.reply<models.CredentialShown>(asked);
  }

  /**
   * Begin to connect an account on another device: what to enter there, and where.
   *
   * Needs `credential:write`.
   *
   * @param credential Which credential.
   */
  async beginDeviceSignIn(
    credential: string,
    options: CallOptions = {},
  ): Promise<models.DeviceBegun> {
    const asked = {
      method: "POST",
      path: `/api/v1/credentials/${place(credential)}/device`,
      signal: options.signal,
    };
    return await this.transport.value<models.DeviceBegun>(asked);
  }

  /**
   * Begin to connect an account: where the browser has to go.
   *
   * The browser comes back to `/api/v1/oauth/callback` of this server, an address to be
   * entered at the other one.
   *
   * Needs `credential:write`.
   *
   * @param credential Which credential.
   */
  async beginSignIn(
    credential: string,
    options: CallOptions = {},
  ): Promise<models.Begun> {
    const asked = {
      method: "POST",
      path: `/api/v1/credentials/${place(credential)}/sign-in`,
      signal: options.signal,
    };
    return await this.transport.value<models.Begun>(asked);
  }

  /**
   * Look whether it works, by one request; `test_error` says what came of it.
   *
   * Needs `credential:use`.
   *
   * @param credential Which credential.
   */
  async checkCredential(
    credential: string,
    body: models.CredentialTrying = {},
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.CredentialShown> {
    const asked = {
      method: "POST",
      path: `/api/v1/credentials/${place(credential)}/test`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.CredentialShown>(asked);
  }

  /**
   * The nodes that may use it.
   *
   * Needs `credential:read`.
   *
   * @param credential Which credential.
   */
  async usageOfCredential(
    credential: string,
    options: CallOptions = {},
  ): Promise<models.CredentialUsage> {
    const asked = {
      method: "GET",
      path: `/api/v1/credentials/${place(credential)}/usage`,
      signal: options.signal,
    };
    return await this.transport.value<models.CredentialUsage>(asked);
  }

  /**
   * Where the browser comes back to. The page is the same whatever was sent.
   *
   * Needs `credential:write`.
   */
  async endSignIn(
    options: CallOptions & { state?: string | undefined; code?: string | undefined; iss?: string | undefined; error?: string | undefined } = {},
  ): Promise<Uint8Array> {
    const asked = {
      method: "GET",
      path: "/api/v1/oauth/callback",
      query: { state: options.state, code: options.code, iss: options.iss, error: options.error },
      signal: options.signal,
    };
    return await this.transport.content(asked);
  }

  /**
   * Who is told what happens in the workspace.
   *
   * Needs `workspace:write`.
   */
  listDestinations(
    options: CallOptions = {},
  ): Pages<models.Destination> {
    const asked = {
      method: "GET",
      path: "/api/v1/destinations",
      signal: options.signal,
    };
    return new Pages<models.Destination>(this.transport, asked);
  }

  /**
   * Tell somebody from now on. Messages are signed as Standard Webhooks has it.
   *
   * Needs `workspace:write`.
   */
  async addDestination(
    body: models.DestinationGiven,
    options: CallOptions = {},
  ): Promise<models.WithSecret> {
    const asked = {
      method: "POST",
      path: "/api/v1/destinations",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.WithSecret>(asked);
  }

  /**
   * Tell somebody nothing any more.
   *
   * Needs `workspace:write`.
   *
   * @param destination Which destination.
   */
  async removeDestination(
    destination: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/destinations/${place(destination)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Change who is told what.
   *
   * Needs `workspace:write`.
   *
   * @param destination Which destination.
   */
  async changeDestination(
    destination: string,
    body: models.DestinationGiven,
    options: CallOptions = {},
  ): Promise<models.Destination> {
    const asked = {
      method: "PUT",
      path: `/api/v1/destinations/${place(destination)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Destination>(asked);
  }

  /**
   * What somebody was told in the last week, the newest first, and what became of it.
   *
   * Needs `workspace:write`.
   *
   * @param destination Which destination.
   */
  listDestinationMessages(
    destination: string,
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.EventMessage> {
    const asked = {
      method: "GET",
      path: `/api/v1/destinations/${place(destination)}/messages`,
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.EventMessage>(this.transport, asked);
  }

  /**
   * Send a message again, with the id that it has.
   *
   * Needs `workspace:write`.
   *
   * @param destination Which destination.
   * @param message Which message.
   */
  async sendMessageAgain(
    destination: string,
    message: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: `/api/v1/destinations/${place(destination)}/messages/${place(message)}/again`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Sign with another secret from now on; the one before counts no more.
   *
   * Needs `workspace:write`.
   *
   * @param destination Which destination.
   */
  async renewDestinationSecret(
    destination: string,
    options: CallOptions = {},
  ): Promise<models.WithSecret> {
    const asked = {
      method: "POST",
      path: `/api/v1/destinations/${place(destination)}/secret`,
      signal: options.signal,
    };
    return await this.transport.value<models.WithSecret>(asked);
  }

  /**
   * Send a message that says that messages arrive, at once and once.
   *
   * Needs `workspace:write`.
   *
   * @param destination Which destination.
   */
  async testDestination(
    destination: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: `/api/v1/destinations/${place(destination)}/test`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Run a text that belongs to no workflow, whole or in part.
   *
   * Needs `workflow:write`.
   */
  async runText(
    body: models.TryingText,
    options: CallOptions & { wait?: boolean | undefined; timeout_s?: number | undefined; idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.Started>> {
    const asked = {
      method: "POST",
      path: "/api/v1/drafts/executions",
      query: { wait: options.wait, timeout_s: options.timeout_s },
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.Started>(asked);
  }

  /**
   * What was said about a workflow, in the order in which it was said.
   *
   * Needs `comment:read`.
   *
   * @param workflow Which workflow.
   */
  listComments(
    workflow: string,
    options: CallOptions = {},
  ): Pages<models.Comment> {
    const asked = {
      method: "GET",
      path: `/api/v1/workflows/${place(workflow)}/comments`,
      signal: options.signal,
    };
    return new Pages<models.Comment>(this.transport, asked);
  }

  /**
   * Say something about a node, an edge or the workflow, or answer what was said.
   *
   * Needs `comment:write`.
   *
   * @param workflow Which workflow.
   */
  async addComment(
    workflow: string,
    body: models.CommentGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Comment> {
    const asked = {
      method: "POST",
      path: `/api/v1/workflows/${place(workflow)}/comments`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Comment>(asked);
  }

  /**
   * Take back what one has said, with its answers.
   *
   * Needs `comment:write`.
   *
   * @param workflow Which workflow.
   * @param comment Which comment.
   */
  async removeComment(
    workflow: string,
    comment: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/workflows/${place(workflow)}/comments/${place(comment)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Say something else, or settle what was said.
   *
   * Needs `comment:write`.
   *
   * @param workflow Which workflow.
   * @param comment Which comment.
   */
  async changeComment(
    workflow: string,
    comment: string,
    body: models.CommentChanged = {},
    options: CallOptions = {},
  ): Promise<models.Comment> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/workflows/${place(workflow)}/comments/${place(comment)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Comment>(asked);
  }

  /**
   * Change parts of a draft, all of them or none. `If-Match` names the revision that was read.
   *
   * Each edit has an `op`: `set_node`, `change_node`, `rename_node`, `remove_node`,
   * `add_edge`, `remove_edge`, `set_setting`, `set_about`, `set_layout`, `set_note`,
   * `remove_note`, `set_group`, `remove_group`, `set_fixture`, `remove_fixture`, `set_test`,
   * `remove_test`, `add_comment`, `change_comment`, `resolve_comment`, `remove_comment`.
   *
   * Needs `workflow:write`.
   *
   * @param workflow Which workflow.
   */
  async editDraft(
    workflow: string,
    body: models.Editing,
    options: CallOptions & { etag?: string | undefined } = {},
  ): Promise<Reply<models.Edited>> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/workflows/${place(workflow)}/draft`,
      body,
      media: "application/json",
      etag: options.etag,
      signal: options.signal,
    };
    return await this.transport.reply<models.Edited>(asked);
  }

  /**
   * Run the draft of a workflow, or another text in its place, whole or in part.
   *
   * Fixtures and breakpoints count. Another text in its place needs `workflow:write`.
   *
   * Needs `workflow:run`.
   *
   * @param workflow Which workflow.
   */
  async runDraft(
    workflow: string,
    body: models.TryingDraft = {},
    options: CallOptions & { wait?: boolean | undefined; timeout_s?: number | undefined; idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.Started>> {
    const asked = {
      method: "POST",
      path: `/api/v1/workflows/${place(workflow)}/draft/executions`,
      query: { wait: options.wait, timeout_s: options.timeout_s },
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.Started>(asked);
  }

  /**
   * Run one node of a draft alone, on given items or on what an earlier execution gave it.
   *
   * What leads to the node and was not done in the earlier execution runs too.
   *
   * Needs `workflow:run`.
   *
   * @param workflow Which workflow.
   * @param node Which node.
   */
  async runNode(
    workflow: string,
    node: string,
    body: models.TryingNode = {},
    options: CallOptions & { wait?: boolean | undefined; timeout_s?: number | undefined; idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.Started>> {
    const asked = {
      method: "POST",
      path: `/api/v1/workflows/${place(workflow)}/draft/nodes/${place(node)}/executions`,
      query: { wait: options.wait, timeout_s: options.timeout_s },
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.Started>(asked);
  }

  /**
   * The executions of the workspace, newest first.
   *
   * Needs `execution:read`.
   */
  listExecutions(
    options: CallOptions & { workflow?: string | undefined; status?: readonly ("canceled" | "dead" | "error" | "queued" | "running" | "success" | "waiting")[] | undefined; mode?: string | undefined; from_ms?: number | undefined; until_ms?: number | undefined; key?: readonly string[] | undefined; retry_of?: string | undefined; cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.OverviewListed> {
    const asked = {
      method: "GET",
      path: "/api/v1/executions",
      query: { workflow: options.workflow, status: options.status, mode: options.mode, from_ms: options.from_ms, until_ms: options.until_ms, key: options.key, retry_of: options.retry_of, cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.OverviewListed>(this.transport, asked);
  }

  /**
   * Run many executions again, cancel or remove them: a thousand at most, the oldest first.
   *
   * Each one needs the grant that it needs alone; what is refused is told with the others.
   *
   * Needs `execution:read`.
   */
  async changeExecutions(
    body: models.Many,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.ManyDone> {
    const asked = {
      method: "POST",
      path: "/api/v1/executions/bulk",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.ManyDone>(asked);
  }

  /**
   * How many executions there are of each status.
   *
   * Needs `execution:read`.
   */
  async countExecutions(
    options: CallOptions & { workflow?: string | undefined; status?: readonly ("canceled" | "dead" | "error" | "queued" | "running" | "success" | "waiting")[] | undefined; mode?: string | undefined; from_ms?: number | undefined; until_ms?: number | undefined; key?: readonly string[] | undefined; retry_of?: string | undefined } = {},
  ): Promise<models.Counts> {
    const asked = {
      method: "GET",
      path: "/api/v1/executions/counts",
      query: { workflow: options.workflow, status: options.status, mode: options.mode, from_ms: options.from_ms, until_ms: options.until_ms, key: options.key, retry_of: options.retry_of },
      signal: options.signal,
    };
    return await this.transport.value<models.Counts>(asked);
  }

  /**
   * Remove an execution that has ended, with all its data.
   *
   * Needs `execution:delete`.
   *
   * @param execution Which execution.
   */
  async removeExecution(
    execution: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/executions/${place(execution)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * An execution, without the items that went through it.
   *
   * Needs `execution:read`.
   *
   * @param execution Which execution.
   */
  async showExecution(
    execution: string,
    options: CallOptions = {},
  ): Promise<models.ExecutionShown> {
    const asked = {
      method: "GET",
      path: `/api/v1/executions/${place(execution)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.ExecutionShown>(asked);
  }

  /**
   * Stop an execution at once, wherever it runs or waits.
   *
   * Needs `execution:write`.
   *
   * @param execution Which execution.
   */
  async cancelExecution(
    execution: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Canceled> {
    const asked = {
      method: "POST",
      path: `/api/v1/executions/${place(execution)}/cancel`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Canceled>(asked);
  }

  /**
   * Let an execution go on that stands at a breakpoint, or take one step.
   *
   * Needs `execution:run`.
   *
   * @param execution Which execution.
   */
  async continueExecution(
    execution: string,
    body: models.GoingOn = {},
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: `/api/v1/executions/${place(execution)}/continue`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Decide what is in doubt: whether steps run again, or are taken as done.
   *
   * Needs `execution:write`.
   *
   * @param execution Which execution.
   */
  async decideExecution(
    execution: string,
    body: models.Deciding,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Decided> {
    const asked = {
      method: "POST",
      path: `/api/v1/executions/${place(execution)}/decide`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Decided>(asked);
  }

  /**
   * The document that ran, as it was then.
   *
   * Needs `execution:read`.
   *
   * @param execution Which execution.
   */
  async showExecutionDocument(
    execution: string,
    options: CallOptions = {},
  ): Promise<{ readonly [name: string]: unknown }> {
    const asked = {
      method: "GET",
      path: `/api/v1/executions/${place(execution)}/document`,
      signal: options.signal,
    };
    return await this.transport.value<{ readonly [name: string]: unknown }>(asked);
  }

  /**
   * What the steps of an execution wrote, in the order of time.
   *
   * Needs `execution:read`.
   *
   * @param execution Which execution.
   */
  listLogs(
    execution: string,
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.StepLog> {
    const asked = {
      method: "GET",
      path: `/api/v1/executions/${place(execution)}/logs`,
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.StepLog>(this.transport, asked);
  }

  /**
   * Run an execution again as a whole, with what it was given, as a new one.
   *
   * Needs `execution:run`.
   *
   * @param execution Which execution.
   */
  async replayExecution(
    execution: string,
    body: models.Whole = {},
    options: CallOptions & { wait?: boolean | undefined; timeout_s?: number | undefined; idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.Started>> {
    const asked = {
      method: "POST",
      path: `/api/v1/executions/${place(execution)}/replay`,
      query: { wait: options.wait, timeout_s: options.timeout_s },
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.Started>(asked);
  }

  /**
   * Run an execution again from where it failed, or from a node on, as a new one.
   *
   * Needs `execution:run`.
   *
   * @param execution Which execution.
   */
  async retryExecution(
    execution: string,
    body: models.Again = {},
    options: CallOptions & { wait?: boolean | undefined; timeout_s?: number | undefined; idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.Started>> {
    const asked = {
      method: "POST",
      path: `/api/v1/executions/${place(execution)}/retry`,
      query: { wait: options.wait, timeout_s: options.timeout_s },
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.Started>(asked);
  }

  /**
   * The steps of an execution in the order of their first commits, without their items.
   *
   * Needs `execution:read`.
   *
   * @param execution Which execution.
   */
  listSteps(
    execution: string,
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.Outline> {
    const asked = {
      method: "GET",
      path: `/api/v1/executions/${place(execution)}/steps`,
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.Outline>(this.transport, asked);
  }

  /**
   * One step, without its items.
   *
   * Needs `execution:read`.
   *
   * @param execution Which execution.
   * @param node Which node.
   * @param run Which run.
   */
  async showStep(
    execution: string,
    node: string,
    run: number,
    options: CallOptions = {},
  ): Promise<models.Outline> {
    const asked = {
      method: "GET",
      path: `/api/v1/executions/${place(execution)}/steps/${place(node)}/${place(run)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.Outline>(asked);
  }

  /**
   * The items of one port of a step, in parts.
   *
   * Needs `execution:read`.
   *
   * @param execution Which execution.
   * @param node Which node.
   * @param run Which run.
   */
  async listItems(
    execution: string,
    node: string,
    run: number,
    options: CallOptions & { side?: "input" | "output" | undefined; port?: string | undefined; start?: number | undefined; limit?: number | undefined } = {},
  ): Promise<models.ItemPart> {
    const asked = {
      method: "GET",
      path: `/api/v1/executions/${place(execution)}/steps/${place(node)}/${place(run)}/items`,
      query: { side: options.side, port: options.port, start: options.start, limit: options.limit },
      signal: options.signal,
    };
    return await this.transport.value<models.ItemPart>(asked);
  }

  /**
   * Put items in place of others, while an execution stands at a breakpoint.
   *
   * A step that stands there and is given its output has ended with that, without having run.
   *
   * Needs `execution:write`.
   *
   * @param execution Which execution.
   * @param node Which node.
   * @param run Which run.
   */
  async changeItems(
    execution: string,
    node: string,
    run: number,
    body: models.ItemsGiven,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "PUT",
      path: `/api/v1/executions/${place(execution)}/steps/${place(node)}/${place(run)}/items`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * One item, however large it is.
   *
   * Needs `execution:read`.
   *
   * @param execution Which execution.
   * @param node Which node.
   * @param run Which run.
   * @param index Which index.
   */
  async showItem(
    execution: string,
    node: string,
    run: number,
    index: number,
    options: CallOptions & { side?: "input" | "output" | undefined; port?: string | undefined } = {},
  ): Promise<unknown> {
    const asked = {
      method: "GET",
      path: `/api/v1/executions/${place(execution)}/steps/${place(node)}/${place(run)}/items/${place(index)}`,
      query: { side: options.side, port: options.port },
      signal: options.signal,
    };
    return await this.transport.value<unknown>(asked);
  }

  /**
   * Start the active version of a workflow.
   *
   * The answer is 202 with the id as soon as it is accepted; with `wait=true` it is 200 with
   * what came of it, or 202 where it did not end in time. From then on it goes on in any case.
   *
   * Needs `workflow:run`.
   *
   * @param workflow Which workflow.
   */
  async startExecution(
    workflow: string,
    body: models.Starting = {},
    options: CallOptions & { wait?: boolean | undefined; timeout_s?: number | undefined; idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.Started>> {
    const asked = {
      method: "POST",
      path: `/api/v1/workflows/${place(workflow)}/executions`,
      query: { wait: options.wait, timeout_s: options.timeout_s },
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.Started>(asked);
  }

  /**
   * Binary data that an item of an execution names, or the `Range` that is asked for.
   *
   * Needs `execution:read`.
   *
   * @param blob Which blob.
   */
  async downloadBlob(
    blob: string,
    options: CallOptions & { size: number; media_type?: string | undefined; file_name?: string | undefined; inline?: boolean | undefined },
  ): Promise<Uint8Array> {
    const asked = {
      method: "GET",
      path: `/api/v1/blobs/${place(blob)}`,
      query: { size: options.size, media_type: options.media_type, file_name: options.file_name, inline: options.inline },
      signal: options.signal,
    };
    return await this.transport.content(asked);
  }

  /**
   * A link to binary data that whoever has it may follow, as long as an execution names it.
   *
   * Needs `execution:read`.
   *
   * @param blob Which blob.
   */
  async linkBlob(
    blob: string,
    body: models.LinkGiven = {},
    options: CallOptions & { size: number; media_type?: string | undefined; file_name?: string | undefined; inline?: boolean | undefined },
  ): Promise<models.LinkMade> {
    const asked = {
      method: "POST",
      path: `/api/v1/blobs/${place(blob)}/links`,
      query: { size: options.size, media_type: options.media_type, file_name: options.file_name, inline: options.inline },
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.LinkMade>(asked);
  }

  /**
   * The files of the workspace, the newest first.
   *
   * Needs `file:read`.
   */
  listFiles(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined; search?: string | undefined } = {},
  ): Pages<models.File> {
    const asked = {
      method: "GET",
      path: "/api/v1/files",
      query: { cursor: options.cursor, limit: options.limit, search: options.search },
      signal: options.signal,
    };
    return new Pages<models.File>(this.transport, asked);
  }

  /**
   * Upload a file: its bytes are the body, and its media type the `Content-Type`.
   *
   * Needs `file:write`.
   */
  async uploadFile(
    body: Uint8Array | string,
    options: CallOptions & { name: string; mediaType?: string | undefined; idempotencyKey?: string | undefined },
  ): Promise<models.File> {
    const asked = {
      method: "POST",
      path: "/api/v1/files",
      query: { name: options.name },
      body,
      media: options.mediaType ?? "application/octet-stream",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.File>(asked);
  }

  /**
   * Delete up to 100 files; those that are not there are passed over.
   *
   * Needs `file:delete`.
   */
  async removeFiles(
    body: models.FilesRemoved,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.FilesGone> {
    const asked = {
      method: "POST",
      path: "/api/v1/files/delete",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.FilesGone>(asked);
  }

  /**
   * Delete a file.
   *
   * Needs `file:delete`.
   *
   * @param file Which file.
   */
  async removeFile(
    file: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/files/${place(file)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * What is known of a file.
   *
   * Needs `file:read`.
   *
   * @param file Which file.
   */
  async showFile(
    file: string,
    options: CallOptions = {},
  ): Promise<models.File> {
    const asked = {
      method: "GET",
      path: `/api/v1/files/${place(file)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.File>(asked);
  }

  /**
   * The bytes of a file, or the `Range` of them that is asked for.
   *
   * Needs `file:read`.
   *
   * @param file Which file.
   */
  async downloadFile(
    file: string,
    options: CallOptions & { inline?: boolean | undefined } = {},
  ): Promise<Uint8Array> {
    const asked = {
      method: "GET",
      path: `/api/v1/files/${place(file)}/content`,
      query: { inline: options.inline },
      signal: options.signal,
    };
    return await this.transport.content(asked);
  }

  /**
   * A link to a file that whoever has it may follow, for seven days at most.
   *
   * It ends with the file, too.
   *
   * Needs `file:read`.
   *
   * @param file Which file.
   */
  async linkFile(
    file: string,
    body: models.LinkGiven = {},
    options: CallOptions = {},
  ): Promise<models.LinkMade> {
    const asked = {
      method: "POST",
      path: `/api/v1/files/${place(file)}/links`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.LinkMade>(asked);
  }

  /**
   * The bytes that a link stands for, until it expires or they are deleted.
   *
   * Anybody may ask.
   *
   * @param word Which word.
   */
  async followLink(
    word: string,
    options: CallOptions & { inline?: boolean | undefined } = {},
  ): Promise<Uint8Array> {
    const asked = {
      method: "GET",
      path: `/api/v1/links/${place(word)}`,
      query: { inline: options.inline },
      signal: options.signal,
    };
    return await this.transport.content(asked);
  }

  /**
   * All folders, by name. Each names the one that it is in, which makes a tree.
   *
   * Needs `workflow:read`.
   */
  listFolders(
    options: CallOptions = {},
  ): Pages<models.Folder> {
    const asked = {
      method: "GET",
      path: "/api/v1/folders",
      signal: options.signal,
    };
    return new Pages<models.Folder>(this.transport, asked);
  }

  /**
   * Make a folder.
   *
   * Needs `workflow:write`.
   */
  async addFolder(
    body: models.FolderGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Folder> {
    const asked = {
      method: "POST",
      path: "/api/v1/folders",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Folder>(asked);
  }

  /**
   * Remove a folder. What is in it is never removed with it: it goes where `move_to` says.
   *
   * Needs `workflow:write`.
   *
   * @param folder Which folder.
   */
  async removeFolder(
    folder: string,
    options: CallOptions & { move_to?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/folders/${place(folder)}`,
      query: { move_to: options.move_to },
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Give a folder another name, or move it with all that is in it.
   *
   * Needs `workflow:write`.
   *
   * @param folder Which folder.
   */
  async changeFolder(
    folder: string,
    body: models.FolderChanged = {},
    options: CallOptions = {},
  ): Promise<models.Folder> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/folders/${place(folder)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Folder>(asked);
  }

  /**
   * Who calls, and what he may do here.
   *
   * Needs `account:read`.
   */
  async showMe(
    options: CallOptions = {},
  ): Promise<models.Me> {
    const asked = {
      method: "GET",
      path: "/api/v1/me",
      signal: options.signal,
    };
    return await this.transport.value<models.Me>(asked);
  }

  /**
   * Change one's own name.
   *
   * Needs `account:write`.
   */
  async changeMe(
    body: models.AboutMe,
    options: CallOptions = {},
  ): Promise<models.User> {
    const asked = {
      method: "PATCH",
      path: "/api/v1/me",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.User>(asked);
  }

  /**
   * Change one's password; all other sessions end.
   *
   * Needs `account:write`.
   */
  async changePassword(
    body: models.PasswordChange,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.NowSignedIn>> {
    const asked = {
      method: "POST",
      path: "/api/v1/me/password",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.NowSignedIn>(asked);
  }

  /**
   * Make a new secret for a program for codes; it counts after a first code.
   *
   * Needs `account:write`.
   */
  async beginSecondFactor(
    options: CallOptions = {},
  ): Promise<models.NewFactor> {
    const asked = {
      method: "POST",
      path: "/api/v1/me/second-factor",
      signal: options.signal,
    };
    return await this.transport.value<models.NewFactor>(asked);
  }

  /**
   * Let the second factor count from now on; the recovery codes are shown once.
   *
   * Needs `account:write`.
   */
  async confirmSecondFactor(
    body: models.FirstCode,
    options: CallOptions = {},
  ): Promise<models.RecoveryCodes> {
    const asked = {
      method: "POST",
      path: "/api/v1/me/second-factor/confirm",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.RecoveryCodes>(asked);
  }

  /**
   * Sign in without a second factor from now on.
   *
   * Needs `account:write`.
   */
  async endSecondFactor(
    body: models.EndingFactor,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: "/api/v1/me/second-factor/end",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * End all of one's sessions but this one.
   *
   * Needs `account:write`.
   */
  async endSessions(
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: "/api/v1/me/sessions",
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * The browsers that one has signed in with, the one that was used last first.
   *
   * Needs `account:read`.
   */
  listSessions(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.SessionShown> {
    const asked = {
      method: "GET",
      path: "/api/v1/me/sessions",
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.SessionShown>(this.transport, asked);
  }

  /**
   * End one of one's sessions; one that has ended stays so.
   *
   * Needs `account:write`.
   *
   * @param session Which session.
   */
  async endSession(
    session: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/me/sessions/${place(session)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Send a link for a new password to whoever has the address, if anybody.
   *
   * Anybody may ask.
   */
  async forgottenPassword(
    body: models.Forgotten,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: "/api/v1/password/forgotten",
      body,
      media: "application/json",
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Give whoever has a link a new password, and sign him in.
   *
   * Anybody may ask.
   */
  async resetPassword(
    body: models.Resetting,
    options: CallOptions = {},
  ): Promise<Reply<models.NowSignedIn>> {
    const asked = {
      method: "POST",
      path: "/api/v1/password/reset",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.reply<models.NowSignedIn>(asked);
  }

  /**
   * Make an account for whoever asks, where that is allowed.
   *
   * Anybody may ask.
   */
  async register(
    body: models.Registering,
    options: CallOptions = {},
  ): Promise<Reply<models.NowSignedIn>> {
    const asked = {
      method: "POST",
      path: "/api/v1/register",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.reply<models.NowSignedIn>(asked);
  }

  /**
   * Is there an owner yet?
   *
   * Anybody may ask.
   */
  async showSetUp(
    options: CallOptions = {},
  ): Promise<models.SetUp> {
    const asked = {
      method: "GET",
      path: "/api/v1/set-up",
      signal: options.signal,
    };
    return await this.transport.value<models.SetUp>(asked);
  }

  /**
   * Make the first user, who owns the installation, and sign him in.
   *
   * Anybody may ask.
   */
  async setUp(
    body: models.SettingUp,
    options: CallOptions = {},
  ): Promise<Reply<models.NowSignedIn>> {
    const asked = {
      method: "POST",
      path: "/api/v1/set-up",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.reply<models.NowSignedIn>(asked);
  }

  /**
   * Sign somebody in by his password; or say that a code is needed too.
   *
   * Anybody may ask.
   */
  async signIn(
    body: models.SigningIn,
    options: CallOptions = {},
  ): Promise<Reply<models.NowSignedIn>> {
    const asked = {
      method: "POST",
      path: "/api/v1/sign-in",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.reply<models.NowSignedIn>(asked);
  }

  /**
   * Sign somebody in by the code that was needed too.
   *
   * Anybody may ask.
   */
  async signInWithCode(
    body: models.Code,
    options: CallOptions = {},
  ): Promise<Reply<models.NowSignedIn>> {
    const asked = {
      method: "POST",
      path: "/api/v1/sign-in/code",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.reply<models.NowSignedIn>(asked);
  }

  /**
   * End the session of this browser.
   *
   * Needs `account:read`.
   */
  async signOut(
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: "/api/v1/sign-out",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * The drafts of workflows, with their folders and tags, as one file that import takes.
   *
   * Needs `workflow:read`.
   */
  async exportWorkflows(
    body: models.ExportWanted = {},
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Export> {
    const asked = {
      method: "POST",
      path: "/api/v1/export",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Export>(asked);
  }

  /**
   * Keep workflows that come from elsewhere, as drafts, and tell how each was mapped.
   *
   * One that cannot be kept does not stop the others. Workflows of one export that call each
   * other still do so.
   *
   * Needs `workflow:write`.
   */
  async importWorkflows(
    body: models.ImportGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.ImportDone> {
    const asked = {
      method: "POST",
      path: "/api/v1/import",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.ImportDone>(asked);
  }

  /**
   * Who was invited and has not come.
   *
   * Needs `member:read`.
   */
  listInvitations(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.Invitation> {
    const asked = {
      method: "GET",
      path: "/api/v1/invitations",
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.Invitation>(this.transport, asked);
  }

  /**
   * Invite somebody. The link is shown once, and sent by mail where mail is set up.
   *
   * Needs `member:write`.
   */
  async invite(
    body: models.Inviting,
    options: CallOptions = {},
  ): Promise<models.Invited> {
    const asked = {
      method: "POST",
      path: "/api/v1/invitations",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Invited>(asked);
  }

  /**
   * Come as a user who has signed in.
   *
   * Needs `account:write`.
   */
  async acceptInvitation(
    body: models.TakingAsUser,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: "/api/v1/invitations/accept",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Come as a new user, and be signed in.
   *
   * Anybody may ask.
   */
  async join(
    body: models.Taking,
    options: CallOptions = {},
  ): Promise<Reply<models.NowSignedIn>> {
    const asked = {
      method: "POST",
      path: "/api/v1/invitations/join",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.reply<models.NowSignedIn>(asked);
  }

  /**
   * What an invitation is for, for who has the link.
   *
   * Anybody may ask.
   */
  async lookAtInvitation(
    body: models.TakingAsUser,
    options: CallOptions = {},
  ): Promise<models.Invitation> {
    const asked = {
      method: "POST",
      path: "/api/v1/invitations/look",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Invitation>(asked);
  }

  /**
   * Let an invitation be good no more.
   *
   * Needs `member:write`.
   *
   * @param invitation Which invitation.
   */
  async takeBackInvitation(
    invitation: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/invitations/${place(invitation)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Who belongs to this workspace, or to its organization as a whole.
   *
   * Needs `member:read`.
   */
  listMembers(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined; organization?: boolean | undefined } = {},
  ): Pages<models.Member> {
    const asked = {
      method: "GET",
      path: "/api/v1/members",
      query: { cursor: options.cursor, limit: options.limit, organization: options.organization },
      signal: options.signal,
    };
    return new Pages<models.Member>(this.transport, asked);
  }

  /**
   * Take somebody out of this workspace, or out of its organization as a whole.
   *
   * Needs `member:write`.
   *
   * @param user Which user.
   */
  async removeMember(
    user: string,
    options: CallOptions & { organization?: boolean | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/members/${place(user)}`,
      query: { organization: options.organization },
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Give somebody who belongs to the organization a role in it, or in this workspace.
   *
   * Needs `member:write`.
   *
   * @param user Which user.
   */
  async putMember(
    user: string,
    body: models.InRole,
    options: CallOptions & { organization?: boolean | undefined } = {},
  ): Promise<models.Member> {
    const asked = {
      method: "PUT",
      path: `/api/v1/members/${place(user)}`,
      query: { organization: options.organization },
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Member>(asked);
  }

  /**
   * How things stand now, and how the last hour went.
   *
   * Needs `usage:read`.
   */
  async showMoment(
    options: CallOptions = {},
  ): Promise<models.Moment> {
    const asked = {
      method: "GET",
      path: "/api/v1/metrics",
      signal: options.signal,
    };
    return await this.transport.value<models.Moment>(asked);
  }

  /**
   * The node types that are installed, each in its latest version, by name.
   *
   * Needs `node:read`.
   */
  listNodes(
    options: CallOptions & { search?: string | undefined; group?: string | undefined; kind?: string | undefined; package?: string | undefined; cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.NodeListed> {
    const asked = {
      method: "GET",
      path: "/api/v1/nodes",
      query: { search: options.search, group: options.group, kind: options.kind, package: options.package, cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.NodeListed>(this.transport, asked);
  }

  /**
   * What may be chosen for a dynamic field of a node, with what is filled in so far.
   *
   * Needs `workflow:write`.
   */
  async listChoices(
    body: models.ChoicesWanted,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Choices> {
    const asked = {
      method: "POST",
      path: "/api/v1/nodes/choices",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Choices>(asked);
  }

  /**
   * The packages that node types come from, and why others were left out.
   *
   * Needs `node:read`.
   */
  async listPackages(
    options: CallOptions = {},
  ): Promise<models.Packages> {
    const asked = {
      method: "GET",
      path: "/api/v1/nodes/packages",
      signal: options.signal,
    };
    return await this.transport.value<models.Packages>(asked);
  }

  /**
   * Everything there is to know of a node type: its parameters as JSON Schema, ports, effects.
   *
   * Needs `node:read`.
   *
   * @param publisher Which publisher.
   * @param name Which name.
   */
  async showNode(
    publisher: string,
    name: string,
    options: CallOptions & { version?: number | undefined } = {},
  ): Promise<Reply<{ readonly [name: string]: unknown }>> {
    const asked = {
      method: "GET",
      path: `/api/v1/nodes/${place(publisher)}/${place(name)}`,
      query: { version: options.version },
      signal: options.signal,
    };
    return await this.transport.reply<{ readonly [name: string]: unknown }>(asked);
  }

  /**
   * What there is to read about a node type, and an example that runs.
   *
   * Needs `node:read`.
   *
   * @param publisher Which publisher.
   * @param name Which name.
   */
  async showNodeDocs(
    publisher: string,
    name: string,
    options: CallOptions & { version?: number | undefined } = {},
  ): Promise<models.NodeDocs> {
    const asked = {
      method: "GET",
      path: `/api/v1/nodes/${place(publisher)}/${place(name)}/docs`,
      query: { version: options.version },
      signal: options.signal,
    };
    return await this.transport.value<models.NodeDocs>(asked);
  }

  /**
   * The picture that the package of a node type brings; most name a symbol instead.
   *
   * Needs `node:read`.
   *
   * @param publisher Which publisher.
   * @param name Which name.
   */
  async showNodeIcon(
    publisher: string,
    name: string,
    options: CallOptions & { dark?: boolean | undefined; version?: number | undefined } = {},
  ): Promise<Uint8Array> {
    const asked = {
      method: "GET",
      path: `/api/v1/nodes/${place(publisher)}/${place(name)}/icon`,
      query: { dark: options.dark, version: options.version },
      signal: options.signal,
    };
    return await this.transport.content(asked);
  }

  /**
   * What the expressions of a node give for one item of an execution; nothing runs.
   *
   * Each expression comes with its value, or with what is wrong with it and what to do.
   *
   * Needs `workflow:read`.
   */
  async previewNode(
    body: models.PreviewWanted,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Preview> {
    const asked = {
      method: "POST",
      path: "/api/v1/preview",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Preview>(asked);
  }

  /**
   * Add an organization with its first workspace, which is answered.
   *
   * Needs `settings:write`.
   */
  async addOrganization(
    body: models.Named,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Workspace> {
    const asked = {
      method: "POST",
      path: "/api/v1/organizations",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Workspace>(asked);
  }

  /**
   * The organization of this workspace.
   *
   * Needs `organization:read`.
   *
   * @param organization Which organization.
   */
  async showOrganization(
    organization: string,
    options: CallOptions = {},
  ): Promise<models.Organization> {
    const asked = {
      method: "GET",
      path: `/api/v1/organizations/${place(organization)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.Organization>(asked);
  }

  /**
   * Give the organization another name.
   *
   * Needs `organization:write`.
   *
   * @param organization Which organization.
   */
  async renameOrganization(
    organization: string,
    body: models.Named,
    options: CallOptions = {},
  ): Promise<models.Organization> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/organizations/${place(organization)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Organization>(asked);
  }

  /**
   * The providers that were set up.
   *
   * Needs `settings:read`.
   */
  listProviders(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.ProviderShown> {
    const asked = {
      method: "GET",
      path: "/api/v1/providers",
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.ProviderShown>(this.transport, asked);
  }

  /**
   * Let nobody sign in with a provider any more.
   *
   * Needs `settings:write`.
   *
   * @param provider Which provider.
   */
  async removeProvider(
    provider: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/providers/${place(provider)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Set a provider up, or change it.
   *
   * Needs `settings:write`.
   *
   * @param provider Which provider.
   */
  async putProvider(
    provider: string,
    body: models.ProviderGiven,
    options: CallOptions = {},
  ): Promise<models.ProviderShown> {
    const asked = {
      method: "PUT",
      path: `/api/v1/providers/${place(provider)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.ProviderShown>(asked);
  }

  /**
   * Executions that nobody tries any more, the newest 100 first.
   *
   * Needs `execution:read`.
   */
  listDeadLetters(
    options: CallOptions = {},
  ): Pages<models.DeadLetter> {
    const asked = {
      method: "GET",
      path: "/api/v1/dead-letters",
      signal: options.signal,
    };
    return new Pages<models.DeadLetter>(this.transport, asked);
  }

  /**
   * Queue up to 100 dead executions again.
   *
   * Needs `execution:write`.
   */
  redriveDeadLetters(
    body: models.Redriving,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Pages<models.Redriven> {
    const asked = {
      method: "POST",
      path: "/api/v1/dead-letters/redrive",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return new Pages<models.Redriven>(this.transport, asked);
  }

  /**
   * Queue a dead execution again: it goes on where it died.
   *
   * Needs `execution:write`.
   *
   * @param execution Which execution.
   */
  async redriveDeadLetter(
    execution: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Redriven> {
    const asked = {
      method: "POST",
      path: `/api/v1/dead-letters/${place(execution)}/redrive`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Redriven>(asked);
  }

  /**
   * What is queued in the workspace, by pool.
   *
   * Needs `execution:read`.
   */
  showQueue(
    options: CallOptions = {},
  ): Pages<models.Waiting> {
    const asked = {
      method: "GET",
      path: "/api/v1/queue",
      signal: options.signal,
    };
    return new Pages<models.Waiting>(this.transport, asked);
  }

  /**
   * Forget results of steps, so that they run the next time.
   *
   * Needs `execution:write`.
   */
  async clearStepCache(
    options: CallOptions & { node_type?: string | undefined } = {},
  ): Promise<models.Cleared> {
    const asked = {
      method: "DELETE",
      path: "/api/v1/step-cache",
      query: { node_type: options.node_type },
      signal: options.signal,
    };
    return await this.transport.value<models.Cleared>(asked);
  }

  /**
   * What was kept of the results of steps, and how often it was used, by node type.
   *
   * Needs `execution:read`.
   */
  listStepCache(
    options: CallOptions = {},
  ): Pages<models.CacheCounts> {
    const asked = {
      method: "GET",
      path: "/api/v1/step-cache",
      signal: options.signal,
    };
    return new Pages<models.CacheCounts>(this.transport, asked);
  }

  /**
   * The grants that a custom role can have.
   *
   * Needs `role:read`.
   */
  async listGrants(
    options: CallOptions = {},
  ): Promise<models.Grants> {
    const asked = {
      method: "GET",
      path: "/api/v1/grants",
      signal: options.signal,
    };
    return await this.transport.value<models.Grants>(asked);
  }

  /**
   * The roles that everybody has, and those of the organization.
   *
   * Needs `role:read`.
   */
  listRoles(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.Role> {
    const asked = {
      method: "GET",
      path: "/api/v1/roles",
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.Role>(this.transport, asked);
  }

  /**
   * Make a custom role.
   *
   * Needs `role:write`.
   */
  async addRole(
    body: models.NewRole,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Role> {
    const asked = {
      method: "POST",
      path: "/api/v1/roles",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Role>(asked);
  }

  /**
   * Remove a custom role that nobody has.
   *
   * Needs `role:write`.
   *
   * @param role Which role.
   */
  async removeRole(
    role: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/roles/${place(role)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Change a custom role, for all who have it.
   *
   * Needs `role:write`.
   *
   * @param role Which role.
   */
  async changeRole(
    role: string,
    body: models.RoleChange = {},
    options: CallOptions = {},
  ): Promise<models.Role> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/roles/${place(role)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Role>(asked);
  }

  /**
   * The schedules of active workflows, the next one first.
   *
   * Needs `schedule:read`.
   */
  listSchedules(
    options: CallOptions & { workflow?: string | undefined } = {},
  ): Pages<models.ScheduleShown> {
    const asked = {
      method: "GET",
      path: "/api/v1/schedules",
      query: { workflow: options.workflow },
      signal: options.signal,
    };
    return new Pages<models.ScheduleShown>(this.transport, asked);
  }

  /**
   * The moments that schedules give in a time, paused ones too, 1,000 of each at most.
   *
   * Needs `schedule:read`.
   */
  listMoments(
    options: CallOptions & { from_ms: number; until_ms: number; schedule?: string | undefined },
  ): Pages<models.Moments> {
    const asked = {
      method: "GET",
      path: "/api/v1/schedules/moments",
      query: { from_ms: options.from_ms, until_ms: options.until_ms, schedule: options.schedule },
      signal: options.signal,
    };
    return new Pages<models.Moments>(this.transport, asked);
  }

  /**
   * When a document would start by itself next, if it were active: five moments at most.
   *
   * Needs `workflow:read`.
   */
  async listUpcoming(
    body: models.DraftGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Upcoming> {
    const asked = {
      method: "POST",
      path: "/api/v1/schedules/upcoming",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Upcoming>(asked);
  }

  /**
   * A schedule, with what became of its latest moments.
   *
   * Needs `schedule:read`.
   *
   * @param schedule Which schedule.
   */
  async showSchedule(
    schedule: string,
    options: CallOptions = {},
  ): Promise<models.ScheduleShown> {
    const asked = {
      method: "GET",
      path: `/api/v1/schedules/${place(schedule)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.ScheduleShown>(asked);
  }

  /**
   * Start the workflow for each moment of a time that it was not started for, 1,000 at most.
   *
   * Needs `schedule:write`.
   *
   * @param schedule Which schedule.
   */
  backfillSchedule(
    schedule: string,
    body: models.Backfilling,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Pages<models.Fired> {
    const asked = {
      method: "POST",
      path: `/api/v1/schedules/${place(schedule)}/backfill`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return new Pages<models.Fired>(this.transport, asked);
  }

  /**
   * Start nothing by it, until it is resumed.
   *
   * Needs `schedule:write`.
   *
   * @param schedule Which schedule.
   */
  async pauseSchedule(
    schedule: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.ScheduleShown> {
    const asked = {
      method: "POST",
      path: `/api/v1/schedules/${place(schedule)}/pause`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.ScheduleShown>(asked);
  }

  /**
   * Go on from now on; what it would have done meanwhile is left out.
   *
   * Needs `schedule:write`.
   *
   * @param schedule Which schedule.
   */
  async resumeSchedule(
    schedule: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.ScheduleShown> {
    const asked = {
      method: "POST",
      path: `/api/v1/schedules/${place(schedule)}/resume`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.ScheduleShown>(asked);
  }

  /**
   * The settings that this server runs with, and where each comes from. Secrets are not told.
   *
   * Needs `settings:read`.
   */
  listSettings(
    options: CallOptions = {},
  ): Pages<models.SettingShown> {
    const asked = {
      method: "GET",
      path: "/api/v1/settings",
      signal: options.signal,
    };
    return new Pages<models.SettingShown>(this.transport, asked);
  }

  /**
   * With whom a workflow or a credential is shared.
   *
   * Needs `workspace:read`.
   *
   * @param kind Which kind.
   * @param object Which object.
   */
  listShares(
    kind: string,
    object: string,
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.Share> {
    const asked = {
      method: "GET",
      path: `/api/v1/shares/${place(kind)}/${place(object)}`,
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.Share>(this.transport, asked);
  }

  /**
   * Share it with somebody no longer.
   *
   * Needs `workspace:read`.
   *
   * @param kind Which kind.
   * @param object Which object.
   * @param subject Which subject.
   */
  async unshare(
    kind: string,
    object: string,
    subject: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/shares/${place(kind)}/${place(object)}/${place(subject)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Share a workflow or a credential with a user or a team.
   *
   * Needs `workspace:read`.
   *
   * @param kind Which kind.
   * @param object Which object.
   * @param subject Which subject.
   */
  async share(
    kind: string,
    object: string,
    subject: string,
    body: models.Sharing,
    options: CallOptions = {},
  ): Promise<models.Share> {
    const asked = {
      method: "PUT",
      path: `/api/v1/shares/${place(kind)}/${place(object)}/${place(subject)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Share>(asked);
  }

  /**
   * The places to sign in with.
   *
   * Anybody may ask.
   */
  async listWaysIn(
    options: CallOptions = {},
  ): Promise<models.WaysIn> {
    const asked = {
      method: "GET",
      path: "/api/v1/sign-in/providers",
      signal: options.signal,
    };
    return await this.transport.value<models.WaysIn>(asked);
  }

  /**
   * How executions went, oldest first; steps of time without anything are left out.
   *
   * Needs `usage:read`.
   */
  showStatistics(
    options: CallOptions & { from_ms?: number | undefined; until_ms?: number | undefined; step?: "all" | "day" | "hour" | "minute" | undefined; workflow?: string | undefined; by_workflow?: boolean | undefined } = {},
  ): Pages<models.Course> {
    const asked = {
      method: "GET",
      path: "/api/v1/statistics",
      query: { from_ms: options.from_ms, until_ms: options.until_ms, step: options.step, workflow: options.workflow, by_workflow: options.by_workflow },
      signal: options.signal,
    };
    return new Pages<models.Course>(this.transport, asked);
  }

  /**
   * The subscriptions of the active workflows, with what went wrong.
   *
   * Needs `webhook:read`.
   */
  listSubscriptions(
    options: CallOptions & { workflow?: string | undefined } = {},
  ): Pages<models.Subscription> {
    const asked = {
      method: "GET",
      path: "/api/v1/subscriptions",
      query: { workflow: options.workflow },
      signal: options.signal,
    };
    return new Pages<models.Subscription>(this.transport, asked);
  }

  /**
   * Look at once whether it is there, and ask for it anew where it is not.
   *
   * Needs `webhook:write`.
   *
   * @param subscription Which subscription.
   */
  async checkSubscription(
    subscription: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: `/api/v1/subscriptions/${place(subscription)}/check`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * The tables of the workspace, by name, with how many rows each has.
   *
   * Needs `table:read`.
   */
  listTables(
    options: CallOptions = {},
  ): Pages<models.DataTable> {
    const asked = {
      method: "GET",
      path: "/api/v1/tables",
      signal: options.signal,
    };
    return new Pages<models.DataTable>(this.transport, asked);
  }

  /**
   * Make a table.
   *
   * Needs `table:write`.
   */
  async addTable(
    body: models.TableGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.DataTable> {
    const asked = {
      method: "POST",
      path: "/api/v1/tables",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.DataTable>(asked);
  }

  /**
   * Delete a table with its rows.
   *
   * Needs `table:delete`.
   *
   * @param table Which table.
   */
  async removeTable(
    table: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/tables/${place(table)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * A table, without its rows.
   *
   * Needs `table:read`.
   *
   * @param table Which table.
   */
  async showTable(
    table: string,
    options: CallOptions = {},
  ): Promise<models.DataTable> {
    const asked = {
      method: "GET",
      path: `/api/v1/tables/${place(table)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.DataTable>(asked);
  }

  /**
   * Give a table another name, or other columns.
   *
   * Needs `table:write`.
   *
   * @param table Which table.
   */
  async changeTable(
    table: string,
    body: models.TableChanged = {},
    options: CallOptions = {},
  ): Promise<models.DataTable> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/tables/${place(table)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.DataTable>(asked);
  }

  /**
   * The rows as CSV, in the order in which they were added.
   *
   * Needs `table:read`.
   *
   * @param table Which table.
   */
  async exportRows(
    table: string,
    options: CallOptions & { delimiter?: "comma" | "pipe" | "semicolon" | "tab" | undefined; for_spreadsheets?: boolean | undefined } = {},
  ): Promise<Uint8Array> {
    const asked = {
      method: "GET",
      path: `/api/v1/tables/${place(table)}/export`,
      query: { delimiter: options.delimiter, for_spreadsheets: options.for_spreadsheets },
      signal: options.signal,
    };
    return await this.transport.content(asked);
  }

  /**
   * Add the rows of a CSV file, which is the body.
   *
   * UTF-8, and the first line names the columns. Everything is looked at before the first row
   * is added; the problem that is answered lists the lines that are wrong under `findings`.
   *
   * Needs `table:write`.
   *
   * @param table Which table.
   */
  async importRows(
    table: string,
    body: Uint8Array | string,
    options: CallOptions & { delimiter?: "comma" | "pipe" | "semicolon" | "tab" | undefined; add_columns?: boolean | undefined; skip_wrong?: boolean | undefined; idempotencyKey?: string | undefined } = {},
  ): Promise<models.CsvDone> {
    const asked = {
      method: "POST",
      path: `/api/v1/tables/${place(table)}/import`,
      query: { delimiter: options.delimiter, add_columns: options.add_columns, skip_wrong: options.skip_wrong },
      body,
      media: "text/csv",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.CsvDone>(asked);
  }

  /**
   * The rows that are asked for, a page at a time; those without a value to sort by come last.
   *
   * Needs `table:read`.
   *
   * @param table Which table.
   */
  listRows(
    table: string,
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined; filter?: readonly string[] | undefined; sort?: string | undefined } = {},
  ): Pages<models.TableRow> {
    const asked = {
      method: "GET",
      path: `/api/v1/tables/${place(table)}/rows`,
      query: { cursor: options.cursor, limit: options.limit, filter: options.filter, sort: options.sort },
      signal: options.signal,
    };
    return new Pages<models.TableRow>(this.transport, asked);
  }

  /**
   * Add rows, all of them or none.
   *
   * Needs `table:write`.
   *
   * @param table Which table.
   */
  addRows(
    table: string,
    body: models.RowsGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Pages<models.TableRow> {
    const asked = {
      method: "POST",
      path: `/api/v1/tables/${place(table)}/rows`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return new Pages<models.TableRow>(this.transport, asked);
  }

  /**
   * Delete rows; those that are not there are passed over.
   *
   * Needs `table:write`.
   *
   * @param table Which table.
   */
  async removeRows(
    table: string,
    body: models.RowsRemoved,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Removed> {
    const asked = {
      method: "POST",
      path: `/api/v1/tables/${place(table)}/rows/delete`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Removed>(asked);
  }

  /**
   * Delete a row.
   *
   * Needs `table:write`.
   *
   * @param table Which table.
   * @param row Which row.
   */
  async removeRow(
    table: string,
    row: number,
    options: CallOptions = {},
  ): Promise<models.Removed> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/tables/${place(table)}/rows/${place(row)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.Removed>(asked);
  }

  /**
   * One row.
   *
   * Needs `table:read`.
   *
   * @param table Which table.
   * @param row Which row.
   */
  async showRow(
    table: string,
    row: number,
    options: CallOptions = {},
  ): Promise<models.TableRow> {
    const asked = {
      method: "GET",
      path: `/api/v1/tables/${place(table)}/rows/${place(row)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.TableRow>(asked);
  }

  /**
   * Change cells of a row; those that are not named stay.
   *
   * Needs `table:write`.
   *
   * @param table Which table.
   * @param row Which row.
   */
  async changeRow(
    table: string,
    row: number,
    body: models.CellsGiven,
    options: CallOptions = {},
  ): Promise<models.TableRow> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/tables/${place(table)}/rows/${place(row)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.TableRow>(asked);
  }

  /**
   * The teams of the organization, by name.
   *
   * Needs `organization:read`.
   */
  listTeams(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.Team> {
    const asked = {
      method: "GET",
      path: "/api/v1/teams",
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.Team>(this.transport, asked);
  }

  /**
   * Add a team to the organization.
   *
   * Needs `organization:write`.
   */
  async addTeam(
    body: models.Named,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Team> {
    const asked = {
      method: "POST",
      path: "/api/v1/teams",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Team>(asked);
  }

  /**
   * Remove a team; its workspaces stay, without it.
   *
   * Needs `organization:write`.
   *
   * @param team Which team.
   */
  async removeTeam(
    team: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/teams/${place(team)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * A team, with who is in it.
   *
   * Needs `organization:read`.
   *
   * @param team Which team.
   */
  async showTeam(
    team: string,
    options: CallOptions = {},
  ): Promise<models.Team> {
    const asked = {
      method: "GET",
      path: `/api/v1/teams/${place(team)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.Team>(asked);
  }

  /**
   * Give a team another name.
   *
   * Needs `organization:write`.
   *
   * @param team Which team.
   */
  async renameTeam(
    team: string,
    body: models.Named,
    options: CallOptions = {},
  ): Promise<models.Team> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/teams/${place(team)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Team>(asked);
  }

  /**
   * Take somebody out of a team.
   *
   * Needs `organization:write`.
   *
   * @param team Which team.
   * @param user Which user.
   */
  async leaveTeam(
    team: string,
    user: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/teams/${place(team)}/members/${place(user)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Take a member of the organization into a team.
   *
   * Needs `organization:write`.
   *
   * @param team Which team.
   * @param user Which user.
   */
  async joinTeam(
    team: string,
    user: string,
    options: CallOptions = {},
  ): Promise<models.Team> {
    const asked = {
      method: "PUT",
      path: `/api/v1/teams/${place(team)}/members/${place(user)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.Team>(asked);
  }

  /**
   * The templates of the workspace, by name; after them those that come with Penstock.
   *
   * Needs `template:read`.
   */
  listTemplates(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined; search?: string | undefined } = {},
  ): Pages<models.TemplateShown> {
    const asked = {
      method: "GET",
      path: "/api/v1/templates",
      query: { cursor: options.cursor, limit: options.limit, search: options.search },
      signal: options.signal,
    };
    return new Pages<models.TemplateShown>(this.transport, asked);
  }

  /**
   * Keep a workflow as a template, without its credentials, pinned data and comments.
   *
   * Needs `template:write`.
   */
  async addTemplate(
    body: models.TemplateToKeep,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.TemplateShown> {
    const asked = {
      method: "POST",
      path: "/api/v1/templates",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.TemplateShown>(asked);
  }

  /**
   * Forget a template. Workflows that were made from it stay.
   *
   * Needs `template:delete`.
   *
   * @param template Which template.
   */
  async removeTemplate(
    template: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/templates/${place(template)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * A template with its document.
   *
   * Needs `template:read`.
   *
   * @param template Which template.
   */
  async showTemplate(
    template: string,
    options: CallOptions = {},
  ): Promise<models.TemplateText> {
    const asked = {
      method: "GET",
      path: `/api/v1/templates/${place(template)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.TemplateText>(asked);
  }

  /**
   * Make a workflow from a template; workflows that it calls are made and published with it.
   *
   * Needs `workflow:write`.
   *
   * @param template Which template.
   */
  async beginWorkflow(
    template: string,
    body: models.Beginning = {},
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.StoredWorkflow>> {
    const asked = {
      method: "POST",
      path: `/api/v1/templates/${place(template)}/workflows`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.StoredWorkflow>(asked);
  }

  /**
   * One's own tokens, and the service tokens of the workspace if one may see them.
   *
   * Needs `account:read`.
   */
  listTokens(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.ApiToken> {
    const asked = {
      method: "GET",
      path: "/api/v1/tokens",
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.ApiToken>(this.transport, asked);
  }

  /**
   * Make a token. Its value is shown once.
   *
   * Needs `account:write`.
   */
  async addToken(
    body: models.TokenGiven,
    options: CallOptions = {},
  ): Promise<models.TokenMade> {
    const asked = {
      method: "POST",
      path: "/api/v1/tokens",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.TokenMade>(asked);
  }

  /**
   * End the session of the client that asks.
   *
   * Needs `account:read`.
   */
  async endClient(
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "POST",
      path: "/api/v1/tokens/end",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Begin the session of a client: a short token, and one to renew it with.
   *
   * It ends with the API token or the session that it was begun with.
   *
   * Needs `account:read`.
   */
  async exchangeToken(
    body: models.Exchanging = {},
    options: CallOptions = {},
  ): Promise<models.Issued> {
    const asked = {
      method: "POST",
      path: "/api/v1/tokens/exchange",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Issued>(asked);
  }

  /**
   * The keys that short tokens are checked with.
   *
   * Anybody may ask.
   */
  async showKeys(
    options: CallOptions = {},
  ): Promise<models.KeySet> {
    const asked = {
      method: "GET",
      path: "/api/v1/tokens/keys",
      signal: options.signal,
    };
    return await this.transport.value<models.KeySet>(asked);
  }

  /**
   * Go on with the session of a client. A token to renew with is good once.
   *
   * Anybody may ask.
   */
  async refreshToken(
    body: models.Renewing,
    options: CallOptions = {},
  ): Promise<models.Issued> {
    const asked = {
      method: "POST",
      path: "/api/v1/tokens/refresh",
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Issued>(asked);
  }

  /**
   * Let a token be good no more.
   *
   * Needs `account:write`.
   *
   * @param token Which token.
   */
  async removeToken(
    token: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/tokens/${place(token)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * What the workspace used, oldest first; steps of time without anything are left out.
   *
   * Needs `usage:read`.
   */
  showUsage(
    options: CallOptions & { from_ms?: number | undefined; until_ms?: number | undefined; step?: "all" | "day" | "hour" | "minute" | undefined; workflow?: string | undefined } = {},
  ): Pages<models.Used> {
    const asked = {
      method: "GET",
      path: "/api/v1/usage",
      query: { from_ms: options.from_ms, until_ms: options.until_ms, step: options.step, workflow: options.workflow },
      signal: options.signal,
    };
    return new Pages<models.Used>(this.transport, asked);
  }

  /**
   * All users, by address.
   *
   * Needs `settings:read`.
   */
  listUsers(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.User> {
    const asked = {
      method: "GET",
      path: "/api/v1/users",
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.User>(this.transport, asked);
  }

  /**
   * Remove a user with his tokens, roles and shares; what he did stays, under his id alone.
   *
   * Needs `settings:write`.
   *
   * @param user Which user.
   */
  async removeUser(
    user: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/users/${place(user)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * One user.
   *
   * Needs `settings:read`.
   *
   * @param user Which user.
   */
  async showUser(
    user: string,
    options: CallOptions = {},
  ): Promise<models.User> {
    const asked = {
      method: "GET",
      path: `/api/v1/users/${place(user)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.User>(asked);
  }

  /**
   * Disable a user, make him an owner, or end his second factor.
   *
   * Needs `settings:write`.
   *
   * @param user Which user.
   */
  async changeUser(
    user: string,
    body: models.UserChange = {},
    options: CallOptions = {},
  ): Promise<models.User> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/users/${place(user)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.User>(asked);
  }

  /**
   * A link by which a user gives himself a new password, where no mail is sent.
   *
   * Needs `settings:write`.
   *
   * @param user Which user.
   */
  async makeResetLink(
    user: string,
    options: CallOptions = {},
  ): Promise<models.Link> {
    const asked = {
      method: "POST",
      path: `/api/v1/users/${place(user)}/reset-link`,
      signal: options.signal,
    };
    return await this.transport.value<models.Link>(asked);
  }

  /**
   * The variables of the workspace, by name.
   *
   * Needs `variable:read`.
   */
  listVariables(
    options: CallOptions = {},
  ): Pages<models.Variable> {
    const asked = {
      method: "GET",
      path: "/api/v1/variables",
      signal: options.signal,
    };
    return new Pages<models.Variable>(this.transport, asked);
  }

  /**
   * Forget a variable.
   *
   * Needs `variable:delete`.
   *
   * @param name Which name.
   */
  async removeVariable(
    name: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/variables/${place(name)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * One variable.
   *
   * Needs `variable:read`.
   *
   * @param name Which name.
   */
  async showVariable(
    name: string,
    options: CallOptions = {},
  ): Promise<models.Variable> {
    const asked = {
      method: "GET",
      path: `/api/v1/variables/${place(name)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.Variable>(asked);
  }

  /**
   * Let a variable have a value, whether there was one of this name or not.
   *
   * Executions that are accepted from now on see it; in other processes of this installation
   * that takes up to a second. It is no place for secrets: credentials are.
   *
   * Needs `variable:write`.
   *
   * @param name Which name.
   */
  async setVariable(
    name: string,
    body: models.VariableGiven,
    options: CallOptions = {},
  ): Promise<models.Variable> {
    const asked = {
      method: "PUT",
      path: `/api/v1/variables/${place(name)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Variable>(asked);
  }

  /**
   * Let no event start it any more.
   *
   * Needs `workflow:publish`.
   *
   * @param workflow Which workflow.
   */
  async deactivateWorkflow(
    workflow: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/workflows/${place(workflow)}/active`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Let events start a version: its schedules and its addresses count from now on.
   *
   * Needs `workflow:publish`.
   *
   * @param workflow Which workflow.
   */
  async activateWorkflow(
    workflow: string,
    body: models.Activating = {},
    options: CallOptions = {},
  ): Promise<models.StoredWorkflow> {
    const asked = {
      method: "PUT",
      path: `/api/v1/workflows/${place(workflow)}/active`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.StoredWorkflow>(asked);
  }

  /**
   * Let all events start the active version again. To keep the new one, activate it.
   *
   * Needs `workflow:publish`.
   *
   * @param workflow Which workflow.
   */
  async endTrial(
    workflow: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/workflows/${place(workflow)}/trial`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * The version on trial, or what became of the last one that was.
   *
   * Needs `workflow:read`.
   *
   * @param workflow Which workflow.
   */
  async showTrial(
    workflow: string,
    options: CallOptions = {},
  ): Promise<models.Trial | null> {
    const asked = {
      method: "GET",
      path: `/api/v1/workflows/${place(workflow)}/trial`,
      signal: options.signal,
    };
    return await this.transport.value<models.Trial | null>(asked);
  }

  /**
   * Let a share of the events start another version than the active one.
   *
   * When more than one in ten of its last twenty executions failed, it is taken back by
   * itself.
   *
   * Needs `workflow:publish`.
   *
   * @param workflow Which workflow.
   */
  async tryVersion(
    workflow: string,
    body: models.VersionTrying,
    options: CallOptions = {},
  ): Promise<models.Trial> {
    const asked = {
      method: "PUT",
      path: `/api/v1/workflows/${place(workflow)}/trial`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Trial>(asked);
  }

  /**
   * The versions of a workflow, the newest first.
   *
   * Needs `workflow:read`.
   *
   * @param workflow Which workflow.
   */
  listVersions(
    workflow: string,
    options: CallOptions = {},
  ): Pages<models.Version> {
    const asked = {
      method: "GET",
      path: `/api/v1/workflows/${place(workflow)}/versions`,
      signal: options.signal,
    };
    return new Pages<models.Version>(this.transport, asked);
  }

  /**
   * Make the draft a version, which stays as it is.
   *
   * Needs `workflow:publish`.
   *
   * @param workflow Which workflow.
   */
  async publishWorkflow(
    workflow: string,
    body: models.Publishing = {},
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Version> {
    const asked = {
      method: "POST",
      path: `/api/v1/workflows/${place(workflow)}/versions`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Version>(asked);
  }

  /**
   * A version with its text.
   *
   * Needs `workflow:read`.
   *
   * @param workflow Which workflow.
   * @param number Which number.
   */
  async showVersion(
    workflow: string,
    number: number,
    options: CallOptions = {},
  ): Promise<models.VersionText> {
    const asked = {
      method: "GET",
      path: `/api/v1/workflows/${place(workflow)}/versions/${place(number)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.VersionText>(asked);
  }

  /**
   * Give a version a name.
   *
   * Needs `workflow:publish`.
   *
   * @param workflow Which workflow.
   * @param number Which number.
   */
  async nameVersion(
    workflow: string,
    number: number,
    body: models.Naming,
    options: CallOptions = {},
  ): Promise<models.Version> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/workflows/${place(workflow)}/versions/${place(number)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Version>(asked);
  }

  /**
   * What leads from a version to another, or to the draft.
   *
   * Needs `workflow:read`.
   *
   * @param workflow Which workflow.
   * @param number Which number.
   */
  async compareVersions(
    workflow: string,
    number: number,
    options: CallOptions & { to?: number | undefined } = {},
  ): Promise<models.Changes> {
    const asked = {
      method: "GET",
      path: `/api/v1/workflows/${place(workflow)}/versions/${place(number)}/changes`,
      query: { to: options.to },
      signal: options.signal,
    };
    return await this.transport.value<models.Changes>(asked);
  }

  /**
   * Make the draft say what a version says. `If-Match` names the revision of the draft.
   *
   * Needs `workflow:write`.
   *
   * @param workflow Which workflow.
   * @param number Which number.
   */
  async restoreVersion(
    workflow: string,
    number: number,
    options: CallOptions & { etag?: string | undefined; idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.StoredWorkflow>> {
    const asked = {
      method: "POST",
      path: `/api/v1/workflows/${place(workflow)}/versions/${place(number)}/restore`,
      etag: options.etag,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.StoredWorkflow>(asked);
  }

  /**
   * One's own views and those that are shared, by name.
   *
   * Needs `view:read`.
   */
  listViews(
    options: CallOptions & { kind?: string | undefined } = {},
  ): Pages<models.View> {
    const asked = {
      method: "GET",
      path: "/api/v1/views",
      query: { kind: options.kind },
      signal: options.signal,
    };
    return new Pages<models.View>(this.transport, asked);
  }

  /**
   * Keep a view.
   *
   * Needs `view:write`.
   */
  async addView(
    body: models.ViewToKeep,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.View> {
    const asked = {
      method: "POST",
      path: "/api/v1/views",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.View>(asked);
  }

  /**
   * Forget a view.
   *
   * Needs `view:write`.
   *
   * @param view Which view.
   */
  async removeView(
    view: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/views/${place(view)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * One view.
   *
   * Needs `view:read`.
   *
   * @param view Which view.
   */
  async showView(
    view: string,
    options: CallOptions = {},
  ): Promise<models.View> {
    const asked = {
      method: "GET",
      path: `/api/v1/views/${place(view)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.View>(asked);
  }

  /**
   * Let a view be something else. Others' views are for those who may change the workspace.
   *
   * Needs `view:write`.
   *
   * @param view Which view.
   */
  async changeView(
    view: string,
    body: models.ViewToKeep,
    options: CallOptions = {},
  ): Promise<models.View> {
    const asked = {
      method: "PUT",
      path: `/api/v1/views/${place(view)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.View>(asked);
  }

  /**
   * List webhooks.
   *
   * Those of active workflows, in the order of their ids.
   *
   * Needs `webhook:read`.
   */
  listWebhooks(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined; workflow?: string | undefined } = {},
  ): Pages<models.WebhookShown> {
    const asked = {
      method: "GET",
      path: "/api/v1/webhooks",
      query: { cursor: options.cursor, limit: options.limit, workflow: options.workflow },
      signal: options.signal,
    };
    return new Pages<models.WebhookShown>(this.transport, asked);
  }

  /**
   * Show a webhook.
   *
   * Needs `webhook:read`.
   *
   * @param webhook Which webhook.
   */
  async showWebhook(
    webhook: string,
    options: CallOptions = {},
  ): Promise<models.WebhookShown> {
    const asked = {
      method: "GET",
      path: `/api/v1/webhooks/${place(webhook)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.WebhookShown>(asked);
  }

  /**
   * List what came in by a webhook, newest first.
   *
   * Needs `webhook:read`.
   *
   * @param webhook Which webhook.
   */
  listDeliveries(
    webhook: string,
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.StoredDelivery> {
    const asked = {
      method: "GET",
      path: `/api/v1/webhooks/${place(webhook)}/deliveries`,
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.StoredDelivery>(this.transport, asked);
  }

  /**
   * Show a delivery with what it brought.
   *
   * Needs `webhook:read`.
   *
   * @param webhook Which webhook.
   * @param delivery Which delivery.
   */
  async showDelivery(
    webhook: string,
    delivery: string,
    options: CallOptions = {},
  ): Promise<models.DeliveryShown> {
    const asked = {
      method: "GET",
      path: `/api/v1/webhooks/${place(webhook)}/deliveries/${place(delivery)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.DeliveryShown>(asked);
  }

  /**
   * Carry a delivery out again, with any version.
   *
   * Needs `workflow:run`.
   *
   * @param webhook Which webhook.
   * @param delivery Which delivery.
   */
  async redriveDelivery(
    webhook: string,
    delivery: string,
    body: models.DeliveryRedriving,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Redelivered> {
    const asked = {
      method: "POST",
      path: `/api/v1/webhooks/${place(webhook)}/deliveries/${place(delivery)}/redrive`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Redelivered>(asked);
  }

  /**
   * Carry a delivery out again, with the version that it started then.
   *
   * Needs `workflow:run`.
   *
   * @param webhook Which webhook.
   * @param delivery Which delivery.
   */
  async replayDelivery(
    webhook: string,
    delivery: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Redelivered> {
    const asked = {
      method: "POST",
      path: `/api/v1/webhooks/${place(webhook)}/deliveries/${place(delivery)}/replay`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Redelivered>(asked);
  }

  /**
   * Look whether a webhook would answer.
   *
   * Nothing is started: it is asked whether its address leads to it, whether its version can
   * run here, and whether the credential that callers are known by is there.
   *
   * Needs `webhook:read`.
   *
   * @param webhook Which webhook.
   */
  async probeWebhook(
    webhook: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Probe> {
    const asked = {
      method: "POST",
      path: `/api/v1/webhooks/${place(webhook)}/probe`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Probe>(asked);
  }

  /**
   * The processes of the installation, the oldest first; they work for every workspace.
   *
   * Needs `worker:read`.
   */
  listWorkers(
    options: CallOptions = {},
  ): Pages<models.WorkerShown> {
    const asked = {
      method: "GET",
      path: "/api/v1/workers",
      signal: options.signal,
    };
    return new Pages<models.WorkerShown>(this.transport, asked);
  }

  /**
   * The tags of the workspace.
   *
   * Needs `workflow:read`.
   */
  listTags(
    options: CallOptions = {},
  ): Pages<models.TagCount> {
    const asked = {
      method: "GET",
      path: "/api/v1/tags",
      signal: options.signal,
    };
    return new Pages<models.TagCount>(this.transport, asked);
  }

  /**
   * What is wrong with a document, whether it is kept or not.
   *
   * Needs `workflow:read`.
   */
  async validateDocument(
    body: models.DraftGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Findings> {
    const asked = {
      method: "POST",
      path: "/api/v1/validate",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Findings>(asked);
  }

  /**
   * The workflows of the workspace, by name.
   *
   * Needs `workflow:read`.
   */
  listWorkflows(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined; search?: string | undefined; active?: boolean | undefined; folder?: string | undefined; tag?: string | undefined; archived?: boolean | undefined } = {},
  ): Pages<models.StoredWorkflow> {
    const asked = {
      method: "GET",
      path: "/api/v1/workflows",
      query: { cursor: options.cursor, limit: options.limit, search: options.search, active: options.active, folder: options.folder, tag: options.tag, archived: options.archived },
      signal: options.signal,
    };
    return new Pages<models.StoredWorkflow>(this.transport, asked);
  }

  /**
   * Keep a new workflow, as a draft.
   *
   * Needs `workflow:write`.
   */
  async addWorkflow(
    body: models.WorkflowGiven,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.StoredWorkflow>> {
    const asked = {
      method: "POST",
      path: "/api/v1/workflows",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.StoredWorkflow>(asked);
  }

  /**
   * Put a workflow out of sight. Its executions stay as long as any.
   *
   * Needs `workflow:delete`.
   *
   * @param workflow Which workflow.
   */
  async removeWorkflow(
    workflow: string,
    options: CallOptions & { force?: boolean | undefined } = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/workflows/${place(workflow)}`,
      query: { force: options.force },
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * A workflow with its draft. Its `ETag` is the revision, which a change has to name.
   *
   * Needs `workflow:read`.
   *
   * @param workflow Which workflow.
   */
  async showWorkflow(
    workflow: string,
    options: CallOptions = {},
  ): Promise<Reply<models.WorkflowText>> {
    const asked = {
      method: "GET",
      path: `/api/v1/workflows/${place(workflow)}`,
      signal: options.signal,
    };
    return await this.transport.reply<models.WorkflowText>(asked);
  }

  /**
   * Put a workflow in a folder, tag it, describe it, archive it.
   *
   * Needs `workflow:write`.
   *
   * @param workflow Which workflow.
   */
  async describeWorkflow(
    workflow: string,
    body: models.WorkflowAbout = {},
    options: CallOptions = {},
  ): Promise<Reply<models.StoredWorkflow>> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/workflows/${place(workflow)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.reply<models.StoredWorkflow>(asked);
  }

  /**
   * Change the draft. `If-Match` names the revision that was read.
   *
   * Needs `workflow:write`.
   *
   * @param workflow Which workflow.
   */
  async saveWorkflow(
    workflow: string,
    body: models.DraftGiven,
    options: CallOptions & { etag?: string | undefined } = {},
  ): Promise<Reply<models.StoredWorkflow>> {
    const asked = {
      method: "PUT",
      path: `/api/v1/workflows/${place(workflow)}`,
      body,
      media: "application/json",
      etag: options.etag,
      signal: options.signal,
    };
    return await this.transport.reply<models.StoredWorkflow>(asked);
  }

  /**
   * Let a draft listen for one call.
   *
   * The call is given to the draft as it is then, as an execution by hand, and answered as the
   * draft says.
   *
   * Needs `workflow:run`.
   *
   * @param workflow Which workflow.
   */
  async beginCapture(
    workflow: string,
    body: models.Listening,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<readonly models.CaptureShown[]> {
    const asked = {
      method: "POST",
      path: `/api/v1/workflows/${place(workflow)}/captures`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<readonly models.CaptureShown[]>(asked);
  }

  /**
   * Keep a copy of a draft as a workflow of its own.
   *
   * Needs `workflow:write`.
   *
   * @param workflow Which workflow.
   */
  async copyWorkflow(
    workflow: string,
    body: models.Copying = {},
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.StoredWorkflow>> {
    const asked = {
      method: "POST",
      path: `/api/v1/workflows/${place(workflow)}/copy`,
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.StoredWorkflow>(asked);
  }

  /**
   * The document of the draft alone, as a file has it.
   *
   * Needs `workflow:read`.
   *
   * @param workflow Which workflow.
   */
  async exportWorkflow(
    workflow: string,
    options: CallOptions = {},
  ): Promise<{ readonly [name: string]: unknown }> {
    const asked = {
      method: "GET",
      path: `/api/v1/workflows/${place(workflow)}/document`,
      signal: options.signal,
    };
    return await this.transport.value<{ readonly [name: string]: unknown }>(asked);
  }

  /**
   * Let others change it again.
   *
   * Needs `workflow:write`.
   *
   * @param workflow Which workflow.
   */
  async unlockWorkflow(
    workflow: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/workflows/${place(workflow)}/lock`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * Keep others from changing a workflow for half an hour.
   *
   * Needs `workflow:write`.
   *
   * @param workflow Which workflow.
   */
  async lockWorkflow(
    workflow: string,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<Reply<models.StoredWorkflow>> {
    const asked = {
      method: "POST",
      path: `/api/v1/workflows/${place(workflow)}/lock`,
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.reply<models.StoredWorkflow>(asked);
  }

  /**
   * The workspaces of the organization, for who administers it; else this one.
   *
   * Needs `workspace:read`.
   */
  listWorkspaces(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Pages<models.Workspace> {
    const asked = {
      method: "GET",
      path: "/api/v1/workspaces",
      query: { cursor: options.cursor, limit: options.limit },
      signal: options.signal,
    };
    return new Pages<models.Workspace>(this.transport, asked);
  }

  /**
   * Add a workspace to the organization.
   *
   * Needs `workspace:admin`.
   */
  async addWorkspace(
    body: models.NewWorkspace,
    options: CallOptions & { idempotencyKey?: string | undefined } = {},
  ): Promise<models.Workspace> {
    const asked = {
      method: "POST",
      path: "/api/v1/workspaces",
      body,
      media: "application/json",
      key: this.transport.key(options.idempotencyKey),
      signal: options.signal,
    };
    return await this.transport.value<models.Workspace>(asked);
  }

  /**
   * Remove a workspace that has no workflows any more.
   *
   * Needs `workspace:admin`.
   *
   * @param workspace Which workspace.
   */
  async removeWorkspace(
    workspace: string,
    options: CallOptions = {},
  ): Promise<void> {
    const asked = {
      method: "DELETE",
      path: `/api/v1/workspaces/${place(workspace)}`,
      signal: options.signal,
    };
    await this.transport.done(asked);
  }

  /**
   * A workspace.
   *
   * Needs `workspace:read`.
   *
   * @param workspace Which workspace.
   */
  async showWorkspace(
    workspace: string,
    options: CallOptions = {},
  ): Promise<models.Workspace> {
    const asked = {
      method: "GET",
      path: `/api/v1/workspaces/${place(workspace)}`,
      signal: options.signal,
    };
    return await this.transport.value<models.Workspace>(asked);
  }

  /**
   * Change a workspace. Its share of the work and its team are for the organization to say.
   *
   * Needs `workspace:write`.
   *
   * @param workspace Which workspace.
   */
  async changeWorkspace(
    workspace: string,
    body: models.WorkspaceChange = {},
    options: CallOptions = {},
  ): Promise<models.Workspace> {
    const asked = {
      method: "PATCH",
      path: `/api/v1/workspaces/${place(workspace)}`,
      body,
      media: "application/json",
      signal: options.signal,
    };
    return await this.transport.value<models.Workspace>(asked);
  }
}
