/** Calls to the server that this page came from. */

import { Client, type models } from "@penstock/client";

export type { models };

/** Taken from the session when somebody is signed in. */
const headers: Record<string, string> = {};
let workspace = "";
let refused = (): void => undefined;
let client = made();

/** Every call, so that one that nobody is signed in for any more is known of wherever it came from. */
async function call(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const answer = await fetch(input, init);
  if (answer.status === 401) {
    refused();
  }
  return answer;
}

/** Be told when a call was refused as nobody's. */
export function whenRefused(tell: () => void): () => void {
  refused = tell;
  return () => {
    refused = () => undefined;
  };
}

function made(): Client {
  return new Client({
    url: window.location.origin,
    headers,
    attempts: 3,
    fetch: call,
    ...(workspace ? { workspace } : {}),
  });
}

/** The calls there are. */
export function api(): Client {
  return client;
}

/** From now on call as who has this session, in this workspace. */
export function callAs(csrf: string, chosen: string): void {
  if (csrf) {
    headers["x-csrf-token"] = csrf;
  } else {
    delete headers["x-csrf-token"];
  }
  workspace = chosen;
  client = made();
}

/** From now on call in this workspace, as before. */
export function callIn(chosen: string): void {
  workspace = chosen;
  client = made();
}

export function chosenWorkspace(): string {
  return workspace;
}
