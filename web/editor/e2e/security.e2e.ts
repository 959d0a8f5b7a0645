/**
 * Hostile texts in every place that takes a text, looked at by somebody who is signed in.
 *
 * Nothing of them may run, make a dialog, break a rule of the page's policy or lead elsewhere.
 */

import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { type Hostile, hostile } from "./support/hostile";
import { PAYLOADS } from "./support/payloads";
import { SCREENS, settled, show } from "./support/screens";
import { stage } from "./support/stage";
import { word } from "./support/words";

const at = stage();
let things: Hostile;
let page: Page;
const seen: string[] = [];

beforeAll(async () => {
  const owner = await at.owner();
  things = await hostile(owner.api, at.server.url);
  page = await at.page(owner);
  await trap(page);
});

/** Keep whatever runs, asks, or was only kept from running by the policy. */
async function trap(watched: Page): Promise<void> {
  await watched.exposeBinding("ran", ({ frame }, what: unknown) => {
    seen.push(`ran ${String(what)} in ${frame.url()}`);
  });
  await watched.exposeBinding("broke", (_, what: unknown) => {
    seen.push(`against the policy: ${String(what)}`);
  });
  await watched.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      const { broke } = window as unknown as { broke: (what: string) => void };
      broke(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  watched.on("dialog", async (dialog) => {
    seen.push(`${dialog.type()}: ${dialog.message()}`);
    await dialog.dismiss();
  });
  watched.on("popup", (popup) => seen.push(`window: ${popup.url()}`));
  watched.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^https?:$/.test(protocol) && origin !== at.server.url) {
      seen.push(`asked ${request.url()}`);
    }
  });
}

/** What only a text that was taken for HTML leaves in a page. */
async function remains(watched: Page): Promise<readonly string[]> {
  return await watched.evaluate(() => {
    const marks = [
      "script:not([src]), [srcdoc], object, embed, base, marquee, frameset, portal",
      "img[src='x'], meta[http-equiv], link[href^='data:'], form[action^='javascript:' i]",
      "a[href^='javascript:' i], a[href^='data:' i], a[href^='vbscript:' i], iframe[src^='j' i]",
      "b[style*='99px'], [popover]#p, [formaction], xss, x, math, plaintext, xmp, [x-data]",
    ];
    const found = [...document.querySelectorAll(marks.join(","))];
    const handlers = [...document.querySelectorAll("*")].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith("on")),
    );
    return [...found, ...handlers].map((element) => element.outerHTML.slice(0, 200));
  });
}

async function isHarmless(watched: Page): Promise<void> {
  expect(await remains(watched)).toEqual([]);
  expect(seen).toEqual([]);
  expect(new URL(watched.url()).origin).toBe(at.server.url);
}

test("there are 200 hostile texts or more, none of them twice", () => {
  expect(new Set(PAYLOADS).size).toBe(PAYLOADS.length);
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
});

test("each of them was kept in every kind of place", () => {
  for (const [place, kept] of Object.entries(things.kept)) {
    expect(kept, place).toBeGreaterThanOrEqual(200);
  }
});

const INSIDE = SCREENS.filter((screen) => !screen.outside);

test.each(INSIDE.map((screen) => [screen.name, screen] as const))(
  "nothing runs on %s",
  async (_, screen) => {
    await show(page, screen.at(things));
    await reachAll(page);
    await isHarmless(page);
  },
);

/** Scroll what scrolls to its end and point at things, so that rows and tips are made. */
async function reachAll(watched: Page): Promise<void> {
  for (let step = 0; step < 4; step += 1) {
    await watched.mouse.move(400 + step * 120, 250 + step * 110);
    await watched.evaluate(() => {
      for (const element of document.querySelectorAll("*")) {
        if (element.scrollHeight > element.clientHeight + 8) {
          element.scrollTop += element.clientHeight;
        }
      }
    });
    await settled(watched);
  }
}

const VIEWS = ["schema", "table", "json", "chart"] as const;

test.each(VIEWS)("nothing runs in the %s view of data", async (view) => {
  await show(page, `/executions/${things.success}?node=greet`);
  const views = page.getByRole("group", { name: word("data.views") }).first();
  await views.getByRole("button", { name: word(`data.${view}`), exact: true }).click();
  await reachAll(page);
  await isHarmless(page);
});

test("nothing runs on pages for people who have no account", async () => {
  for (const address of things.pages) {
    await page.goto(address);
    await isHarmless(page);
  }
});

test("what a webhook answers has no access to the editor", async () => {
  const before = seen.length;
  await page.goto(things.answered);
  // It may ask whom it likes, like every page; it has no scripts, and is of no origin.
  const since = seen.splice(before);
  expect(since.filter((one) => !one.startsWith("asked"))).toEqual([]);
  const answer = await page.request.get(things.answered);
  expect(answer.headers()["content-security-policy"]).toContain("sandbox");
  expect(answer.headers()["x-content-type-options"]).toBe("nosniff");
});

test("every page of ours has the headers that keep strangers out", async () => {
  for (const address of ["/", "/workflows", "/sign-in", "/api/docs", "/api/v1/me"]) {
    const headers = (
      await page.request.get(address, { headers: { accept: "text/html" } })
    ).headers();
    const policy = headers["content-security-policy"] ?? "";
    expect(policy, address).toContain("default-src 'none'");
    expect(policy, address).toMatch(/script-src [^;]*'self'/);
    expect(policy, address).not.toMatch(/script-src [^;]*'unsafe/);
    expect(policy, address).toContain("frame-ancestors 'none'");
    expect(policy, address).toContain("base-uri 'none'");
    expect(headers["x-content-type-options"], address).toBe("nosniff");
    expect(headers["referrer-policy"], address).toBe("same-origin");
    expect(headers["cross-origin-opener-policy"], address).toBe("same-origin");
  }
});

test("a script that got into the page all the same would not run", async () => {
  await show(page, "/workflows");
  const before = seen.length;
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran('injected')";
    document.body.append(script);
    const image = document.createElement("img");
    image.setAttribute("onerror", "ran('handler')");
    image.src = "/nothing.png";
    document.body.append(image);
  });
  await page.waitForTimeout(300);
  const since = seen.splice(before);
  expect(since.filter((one) => one.startsWith("ran"))).toEqual([]);
  expect(since.filter((one) => one.startsWith("against the policy"))).not.toEqual([]);
});

test("the session cookie is out of reach of scripts and of other sites", async () => {
  const { cookies } = await at.owner();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=(Lax|Strict)/i);
  }
  expect(await page.evaluate(() => document.cookie)).toBe("");
});
