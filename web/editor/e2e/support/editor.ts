/** The editor as people find their way in it: by the names of things. */

import type { models } from "@penstock/client";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Person } from "./owner";
import { settled } from "./screens";
import { word } from "./words";

export class Editor {
  readonly page: Page;
  readonly #person: Person;

  constructor(page: Page, person: Person) {
    this.page = page;
    this.#person = person;
  }

  async open(workflow: string): Promise<void> {
    await this.page.goto(`/workflows/${workflow}`);
    await this.nodes.first().waitFor();
    await settled(this.page);
  }

  /** The id of the workflow that is open. */
  get workflow(): string {
    return new URL(this.page.url()).pathname.split("/")[2] ?? "";
  }

  get nodes(): Locator {
    return this.page.getByTestId(/^rf__node-/);
  }

  get edges(): Locator {
    return this.page.getByTestId(/^rf__edge-/);
  }

  /** A node, by its name. */
  node(name: string): Locator {
    const begins = new RegExp(`^${escaped(name)}(,|$)`);
    return this.page.getByRole("group", { name: begins }).and(this.nodes);
  }

  /** Click on the head of a node. */
  async choose(name: string, more: Parameters<Locator["click"]>[0] = {}): Promise<void> {
    await this.node(name).click({ position: { x: 60, y: 20 }, ...more });
  }

  get selected(): Locator {
    return this.nodes.and(this.page.locator(".selected"));
  }

  async selectedNames(): Promise<readonly string[]> {
    const labels = await this.selected.evaluateAll((all) =>
      all.map((one) => one.getAttribute("aria-label") ?? ""),
    );
    return labels.map((label) => label.split(",")[0] ?? "").sort();
  }

  async isFocusInPanel(): Promise<boolean> {
    return await this.panel.evaluate((panel) => panel.contains(document.activeElement));
  }

  /** What is in the draft as the server has it. */
  async saved(): Promise<models.Document> {
    const { value } = await this.#person.api.showWorkflow(this.workflow);
    return value.document as unknown as models.Document;
  }

  /** Save at once, and come back with what the server has. */
  async save(): Promise<models.Document> {
    await this.page.keyboard.press("Control+s");
    await this.saving("saved").waitFor();
    return await this.saved();
  }

  /** What tells that the draft is saved, or is not. */
  saving(state: "saved" | "failed" | "conflict"): Locator {
    return this.page.getByTitle(word(`canvas.saving.${state}`), { exact: true });
  }

  /** Begin a run by key, and come back when the server has taken it; its id. */
  async run(): Promise<string> {
    const taken = this.page.waitForResponse((one) => /\/draft\/executions$/.test(one.url()));
    await this.page.keyboard.press("Control+Enter");
    const { execution } = (await (await taken).json()) as { execution: string };
    return execution;
  }

  get logs(): Locator {
    return this.page.getByRole("region", { name: word("running.logs") });
  }

  /** Wait until the server has what is wanted. */
  async becomes(what: string, look: (document: models.Document) => unknown, value: unknown) {
    await expect
      .poll(async () => look(await this.saved()), { timeout: 8_000, interval: 100, message: what })
      .toEqual(value);
  }

  /** The panel of the node that is open. */
  get panel(): Locator {
    return this.page.getByRole("region", { name: naming("panel.title") });
  }

  /** A field of the open node, by its name; what is required says so behind it. */
  field(label: string): Locator {
    return this.panel.getByLabel(new RegExp(`^${escaped(label)}(\\*.*)?$`, "s")).first();
  }

  /** Fill a field of the open node; what begins with `=` is an expression. */
  async fill(label: string, text: string): Promise<void> {
    const written = this.panel.getByRole("textbox", {
      name: new RegExp(
        `^(${escaped(word("panel.expressionOf", { name: label }))}|${escaped(label)})$`,
      ),
    });
    const expression = written.and(this.page.locator("[contenteditable]"));
    const field = this.field(label).or(expression).first();
    await field.click();
    if (!text.startsWith("=")) {
      await field.fill(text);
      return;
    }
    if (!(await expression.isVisible())) {
      await field.fill("");
      await this.page.keyboard.type("=");
      await expression.waitFor();
    }
    await expression.click();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text.slice(1));
  }

  async pick(label: string, option: string): Promise<void> {
    await this.field(label).selectOption({ label: option });
  }

  get search(): Locator {
    return this.page.getByRole("combobox", { name: word("creator.search") });
  }

  /** In the open creator, take the entry of this name. */
  async add(text: string, entry = text): Promise<void> {
    await this.search.fill(text);
    await this.page
      .getByRole("option", { name: new RegExp(`^${escaped(entry)}`) })
      .first()
      .click();
  }

  /** The scale of the canvas. */
  async zoom(): Promise<number> {
    const view = this.page.getByTestId("rf__wrapper").locator(".react-flow__viewport");
    return await view.evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).a);
  }

  button(key: string, values?: Readonly<Record<string, unknown>>): Locator {
    return this.page.getByRole("button", { name: word(key, values), exact: true });
  }
}

/** What a name looks like that has the name of something in it. */
export function naming(key: string, of = "name"): RegExp {
  const [before = "", after = ""] = word(key, { [of]: "\u0000" }).split("\u0000");
  return new RegExp(`^${escaped(before)}.+${escaped(after)}$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
