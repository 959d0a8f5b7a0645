/** What the server says of itself outside of its calls. */

export interface Health {
  readonly ready: boolean;
  readonly detail: string;
}

export async function readHealth(): Promise<Health> {
  const answer = await fetch("/healthz/ready");
  const told: unknown = await answer.json().catch(() => null);
  const detail = textOf(told, "detail");
  return { ready: answer.ok, detail };
}

/** The version in the description of the API; empty: it cannot be read. */
export async function readVersion(): Promise<string> {
  const answer = await fetch("/api/v1/openapi.json");
  const told: unknown = answer.ok ? await answer.json() : null;
  const info = typeof told === "object" && told !== null ? Reflect.get(told, "info") : null;
  return textOf(info, "version");
}

function textOf(value: unknown, name: string): string {
  const found = typeof value === "object" && value !== null ? Reflect.get(value, name) : null;
  return typeof found === "string" ? found : "";
}
