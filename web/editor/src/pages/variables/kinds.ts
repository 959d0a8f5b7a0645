/** What a variable holds, as it is typed in. */

export const KINDS = ["text", "number", "boolean", "json"] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf(value: unknown): Kind {
  if (typeof value === "string") {
    return "text";
  }
  if (typeof value === "number") {
    return "number";
  }
  return typeof value === "boolean" ? "boolean" : "json";
}

export function typed(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

export type Read = { readonly value: unknown } | { readonly wrong: "number" | "json" };

export function read(kind: Kind, text: string): Read {
  if (kind === "text") {
    return { value: text };
  }
  if (kind === "boolean") {
    return { value: text === "true" };
  }
  if (kind === "number") {
    const value = Number(text);
    return text.trim() && Number.isFinite(value) ? { value } : { wrong: "number" };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { wrong: "json" };
  }
}

const SECRET_NAME = /(secret|passw|token|api[_-]?key|private[_-]?key|credential|auth)/i;
/** Prefixes by which services mark their keys, signed tokens, and keys in PEM. */
const SECRET_VALUE =
  /^(sk|pk|rk|ghp|gho|ghs|glpat|xox[abprs]|AKIA|AIza)[-_A-Za-z0-9]{6,}|^eyJ[\w-]+\.[\w-]+\.|-----BEGIN [A-Z ]*PRIVATE KEY/;

/** It looks like something that belongs into a credential, where nobody can read it. */
export function looksSecret(name: string, value: unknown): boolean {
  if (typeof value !== "string" || value === "") {
    return false;
  }
  return SECRET_NAME.test(name) || SECRET_VALUE.test(value);
}
