/** The line below the name of a node: what it does, from what was filled in. */

import type { Config } from "~/model/document";

const LONGEST = 60;

/** What a workflow asks first of what can be done: named alike by all packages. */
const DEEDS = ["operation", "action", "resource", "mode", "event"] as const;

export function subtitle(config: Config | undefined, title: string): string {
  const given = config ?? {};
  const url = text(given.url);
  const method = text(given.method);
  if (url) {
    return shortened([method || "GET", hostOf(url)].join(" "));
  }
  const path = text(given.path);
  if (path && !path.startsWith("=")) {
    return shortened([method, path.startsWith("/") ? path : `/${path}`].filter(Boolean).join(" "));
  }
  const deeds = DEEDS.map((key) => text(given[key])).filter((one) => one && !one.startsWith("="));
  const said = [...new Set(deeds)].slice(0, 2).map(worded).join(" · ");
  return shortened(said ? `${title}: ${said}` : title);
}

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

/** `https://api.example/v1/x?y` is `api.example/v1/x`; an expression stays what it is. */
function hostOf(url: string): string {
  return url
    .replace(/^=/, "")
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[?#].*$/, "");
}

/** `send_message` and `sendMessage` are "send message". */
function worded(value: string): string {
  return value
    .replace(/[_-]+/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}

function shortened(value: string): string {
  return value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value;
}
