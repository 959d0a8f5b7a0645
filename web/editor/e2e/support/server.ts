/** The product as people start it: a process of its own, with its data in a folder of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../../.venv/bin/penstock", import.meta.url));
const READY_WITHIN_MS = 60_000;

export class Server {
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | null = null;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "penstock-e2e-"));
    const server = new Server(folder, await freePort());
    await server.#begin();
    return server;
  }

  /** The link that makes whoever follows it the owner. */
  async setUpLink(): Promise<string> {
    const end = Date.now() + READY_WITHIN_MS;
    while (Date.now() < end) {
      const found = /https?:\/\/\S+\?setup=\S+/.exec(this.log());
      if (found) {
        return found[0];
      }
      await sleep(100);
    }
    throw new Error(`The server printed no link:\n${this.log()}`);
  }

  log(): string {
    return readFileSync(join(this.#folder, "serve.log"), "utf8");
  }

  /** End it as a crash would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Start it on the same data, at the same address. */
  async restart(): Promise<void> {
    await this.#begin();
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #begin(): Promise<void> {
    const log = openSync(join(this.#folder, "serve.log"), "a");
    this.#process = spawn(PROGRAM, ["serve", "--port", String(this.#port)], {
      cwd: this.#folder,
      env: {
        ...process.env,
        PENSTOCK_DATA_DIR: join(this.#folder, "data"),
        // The stand-ins that workflows call are on this machine.
        PENSTOCK_EGRESS_ALLOW: "127.0.0.0/8",
      },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    await this.#ready();
  }

  async #ready(): Promise<void> {
    const end = Date.now() + READY_WITHIN_MS;
    while (Date.now() < end && this.#process?.exitCode === null) {
      try {
        const answer = await fetch(`${this.url}/healthz/ready`);
        if (answer.ok) {
          return;
        }
      } catch {
        // It does not listen yet.
      }
      await sleep(100);
    }
    throw new Error(`The server did not become ready:\n${this.log()}`);
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) {
      return;
    }
    const ended = once(running, "exit");
    running.kill(signal);
    const late = setTimeout(() => running.kill("SIGKILL"), 20_000);
    await ended;
    clearTimeout(late);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = createServer();
    asked.once("error", reject);
    asked.listen(0, "127.0.0.1", () => {
      const address = asked.address();
      const port = typeof address === "object" && address ? address.port : 0;
      asked.close(() => resolve(port));
    });
  });
}
