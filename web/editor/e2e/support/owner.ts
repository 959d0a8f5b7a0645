/** Who owns the server of a test: signed in, with calls of his own beside what the browser does. */

import { Client } from "@penstock/client";
import type { BrowserContext } from "playwright-core";
import type { Server } from "./server";

export const OWNER = {
  name: "Ada Lovelace",
  email: "ada@example.com",
  password: "correct horse battery staple",
} as const;

/** A session: what a browser keeps of it, and calls in its name. */
export class Person {
  readonly api: Client;
  readonly #server: Server;
  /** As the server set them. */
  readonly cookies: readonly string[];

  constructor(server: Server, cookies: readonly string[], csrf: string) {
    this.#server = server;
    this.cookies = cookies;
    this.api = new Client({
      url: server.url,
      headers: {
        cookie: cookies.map((one) => one.split(";")[0]).join("; "),
        origin: server.url,
        "x-csrf-token": csrf,
      },
    });
  }

  /** Let a browser be signed in as this person. */
  async signIn(context: BrowserContext): Promise<void> {
    await context.addCookies(
      this.cookies.map((cookie) => {
        const pair = cookie.split(";")[0] ?? "";
        const cut = pair.indexOf("=");
        const httpOnly = /;\s*HttpOnly/i.test(cookie);
        const [name, value] = [pair.slice(0, cut), pair.slice(cut + 1)];
        return { name, value, httpOnly, url: this.#server.url };
      }),
    );
  }
}

/** Follow the link that the server printed. */
export async function own(server: Server): Promise<Person> {
  const token = new URL(await server.setUpLink()).searchParams.get("setup") ?? "";
  return await enter(server, "/set-up", { token, ...OWNER });
}

/** Somebody else, who was invited and may build workflows. */
export async function invited(server: Server, owner: Person, name: string): Promise<Person> {
  const email = `${name.toLowerCase()}@example.com`;
  const { link } = await owner.api.invite({ email, role: "developer" });
  const token = new URL(link, server.url).searchParams.get("invitation") ?? "";
  return await enter(server, "/invitations/join", { token, name, password: OWNER.password });
}

/** One more session of the owner. */
export async function signInAgain(server: Server): Promise<Person> {
  return await enter(server, "/sign-in", { email: OWNER.email, password: OWNER.password });
}

async function enter(server: Server, path: string, body: object): Promise<Person> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url },
    body: JSON.stringify(body),
  });
  const told: unknown = await answer.json();
  if (!answer.ok || typeof told !== "object" || !told || !("csrf_token" in told)) {
    throw new Error(`Nobody was let in: ${answer.status} ${JSON.stringify(told)}`);
  }
  return new Person(server, answer.headers.getSetCookie(), String(told.csrf_token));
}
