/**
 * How fast it is, measured where people would notice, and printed.
 *
 * What a machine cannot do with an empty canvas it cannot do with a full one: a limit that the empty
 * one does not keep either, drawn by the same gestures in the same run, counts half as much again of that.
 */

import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { given, large } from "./support/documents";
import { settled } from "./support/screens";
import { stage } from "./support/stage";

const FIRST_LOAD_KB = 350;
const OPENED_MS = 1_000;
const FRAME_MS = 33;
const TASK_MS = 100;
const INTERACTION_MS = 100;

const NODE = "[data-testid^='rf__node-']";

const at = stage();
const figures: string[] = [];
const ids = new Map<number, string>();

beforeAll(async () => {
  const { api } = await at.owner();
  for (const nodes of [1, 200, 500]) {
    const document = given(large(nodes, `Large ${nodes}`));
    ids.set(nodes, (await api.addWorkflow({ document })).value.id);
  }
});

afterAll(() => {
  process.stdout.write(`\n${figures.map((line) => `  measured: ${line}`).join("\n")}\n`);
});

function tell(what: string, value: number, unit: string, most: number): void {
  figures.push(
    `${what}: ${value.toFixed(unit === "KB" ? 0 : 1)} ${unit} (at most ${most} ${unit})`,
  );
}

test("the first load is small", async () => {
  const page = await at.page(await at.owner());
  const session = await page.context().newCDPSession(page);
  const bytes = await countBytes(session, async () => {
    await page.goto("/workflows");
    await settled(page);
  });
  tell("first load, as it comes over the wire", bytes / 1024, "KB", FIRST_LOAD_KB);
  expect(bytes / 1024).toBeLessThan(FIRST_LOAD_KB);
});

/** The bytes of pages, scripts and styles that come over the wire. */
async function countBytes(session: CDPSession, act: () => Promise<void>): Promise<number> {
  const ours = new Set<string>();
  let total = 0;
  session.on("Network.responseReceived", ({ requestId, type }) => {
    if (["Document", "Script", "Stylesheet"].includes(type)) {
      ours.add(requestId);
    }
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    total += ours.has(requestId) ? encodedDataLength : 0;
  });
  await session.send("Network.enable");
  await act();
  return total;
}

test("a workflow of 500 nodes opens at once", async () => {
  const page = await at.page(await at.owner());
  // As people do it: from the list, with the parts of the editor in the cache of the browser.
  await page.goto(`/workflows/${ids.get(200)}`);
  await page.locator(NODE).first().waitFor();
  const took: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    await page.goto("/workflows");
    await settled(page);
    took.push(await opening(page, "Large 500"));
  }
  const best = Math.min(...took);
  tell("500 nodes, from the click until all are painted", best, "ms", OPENED_MS);
  expect(best).toBeLessThan(OPENED_MS);
});

/** From the click on the name in the list until all that is in sight was painted. */
async function opening(page: Page, name: string): Promise<number> {
  await page.evaluate((selector) => {
    const timed = window as unknown as { opened: Promise<number> };
    timed.opened = new Promise((resolve) => {
      addEventListener(
        "click",
        (click) => {
          let before = -1;
          const look = () => {
            const now = document.querySelectorAll(selector).length;
            if (now > 20 && now === before) {
              resolve(performance.now() - click.timeStamp);
              return;
            }
            before = now;
            requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        },
        { capture: true, once: true },
      );
    });
  }, NODE);
  await page.getByRole("link", { name }).first().click();
  return await page.evaluate(
    async () => await (window as unknown as { opened: Promise<number> }).opened,
  );
}

interface Smoothness {
  readonly frames: readonly number[];
  readonly tasks: readonly number[];
}

/** How long frames and tasks take while something is done. */
async function measured(page: Page, act: () => Promise<void>): Promise<Smoothness> {
  await page.evaluate(() => {
    const kept = { frames: [] as number[], tasks: [] as number[], last: performance.now() };
    Object.assign(window, { kept });
    const observer = new PerformanceObserver((list) => {
      kept.tasks.push(...list.getEntries().map((entry) => entry.duration));
    });
    observer.observe({ type: "longtask" });
    const frame = (now: number) => {
      kept.frames.push(now - kept.last);
      kept.last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await act();
  return await page.evaluate(() => {
    const { kept } = window as unknown as { kept: { frames: number[]; tasks: number[] } };
    return { frames: kept.frames.slice(1), tasks: kept.tasks };
  });
}

function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

const TRIES = 3;
const SLACK = 1.5;

interface Least {
  readonly frame: number;
  readonly task: number;
  readonly frames: number;
}

/** The best of some tries: what else the machine does is no matter of the editor. */
async function best(page: Page, act: () => Promise<void>): Promise<Least> {
  let least: Least = { frame: Number.POSITIVE_INFINITY, task: Number.POSITIVE_INFINITY, frames: 0 };
  for (let time = 0; time < TRIES; time += 1) {
    const { frames, tasks } = await measured(page, act);
    // Two frames of a screen of 60 Hz are 33.3 ms.
    const frame = Math.floor(share(frames, 0.95));
    const task = Math.max(0, ...tasks);
    least =
      frame + task < least.frame + least.task ? { frame, task, frames: frames.length } : least;
    if (least.frame <= FRAME_MS && least.task <= TASK_MS) {
      break;
    }
  }
  return least;
}

function isSmooth(what: string, found: Least, ground: Least): void {
  const frame = Math.max(FRAME_MS, Math.ceil(ground.frame * SLACK));
  const task = Math.max(TASK_MS, Math.ceil(ground.task * SLACK));
  tell(`${what}, 95th percentile of ${found.frames} frames`, found.frame, "ms", frame);
  tell(`${what}, longest task`, found.task, "ms", task);
  expect(found.frames, what).toBeGreaterThan(30);
  expect(found.frame, what).toBeLessThanOrEqual(frame);
  expect(found.task, what).toBeLessThanOrEqual(task);
}

async function shown(page: Page, nodes: number): Promise<void> {
  await page.goto(`/workflows/${ids.get(nodes)}`);
  await page.locator(NODE).first().waitFor();
  await settled(page);
  await page.waitForTimeout(500);
}

async function panned(page: Page): Promise<Least> {
  await page.mouse.move(720, 450);
  return await best(page, async () => {
    for (let step = 0; step < 90; step += 1) {
      await page.mouse.wheel(step % 30 < 15 ? 40 : -40, step % 20 < 10 ? 24 : -24);
      await page.waitForTimeout(16);
    }
  });
}

async function dragged(page: Page, index: number): Promise<Least> {
  const place = await page.locator(NODE).nth(index).boundingBox();
  const [x, y] = [(place?.x ?? 0) + 20, (place?.y ?? 0) + 12];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const found = await best(page, async () => {
    for (let step = 0; step < 90; step += 1) {
      await page.mouse.move(x + step * 3, y + Math.sin(step / 8) * 60);
      await page.waitForTimeout(16);
    }
  });
  await page.mouse.up();
  return found;
}

test("500 nodes move smoothly", async () => {
  const page = await at.page(await at.owner());
  await shown(page, 1);
  const [panGround, dragGround] = [await panned(page), await dragged(page, 0)];
  await shown(page, 500);
  isSmooth("panning over 500 nodes", await panned(page), panGround);
  isSmooth("dragging one of 500 nodes", await dragged(page, 20), dragGround);
});

test("200 nodes answer at once", async () => {
  const page = await at.page(await at.owner());
  const ground = await answers(page, 1);
  const { longest, events } = await answers(page, 200);
  const limit = Math.max(INTERACTION_MS, ground.longest * SLACK);
  const what = `interaction to next paint at 200 nodes (${events.length} events)`;
  tell(what, longest, "ms", limit);
  expect(longest, events.join(", ")).toBeLessThanOrEqual(limit);
});

interface Answers {
  readonly longest: number;
  readonly events: readonly string[];
}

async function answers(page: Page, nodes: number): Promise<Answers> {
  await shown(page, nodes);
  await page.evaluate(() => {
    const slow: string[] = [];
    Object.assign(window, { slow });
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        // What is no interaction, as pointing at something, nobody waits for.
        if ("interactionId" in entry && entry.interactionId) {
          slow.push(`${entry.name} ${entry.duration}`);
        }
      }
    });
    observer.observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
  let found: Answers = { longest: Number.POSITIVE_INFINITY, events: [] };
  for (let time = 0; time < TRIES && found.longest >= INTERACTION_MS; time += 1) {
    const events = await interactions(page, Math.min(6, nodes));
    const longest = Math.max(0, ...events.map((line) => Number(line.split(" ")[1])));
    found = longest < found.longest ? { longest, events } : found;
  }
  return found;
}

/** The head of one of the nodes that are in sight. */
async function somewhere(page: Page, which: number): Promise<readonly [number, number]> {
  const places = await page.locator(NODE).evaluateAll((nodes) =>
    nodes
      .map((node) => node.getBoundingClientRect())
      .filter(({ left, top }) => left > 80 && top > 120 && left < 1_200 && top < 600)
      .map(({ left, top }) => [left + 16, top + 10] as const),
  );
  const found = places[which % places.length];
  if (!found) {
    throw new Error("No node is in sight.");
  }
  return found;
}

/** Click, walk, move, switch off, undo, search; what each of it took until it was seen. */
async function interactions(page: Page, nodes: number): Promise<readonly string[]> {
  for (let time = 0; time < nodes; time += 1) {
    const [x, y] = await somewhere(page, time);
    await page.mouse.click(x, y);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("d");
  }
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await page.keyboard.type("http");
  await page.keyboard.press("Escape");
  await page.waitForTimeout(300);
  return await page.evaluate(() => (window as unknown as { slow: string[] }).slow.splice(0));
}
