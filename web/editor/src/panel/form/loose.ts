/** Values of any type in a line of text: what reads as JSON is JSON, anything else is text. */

export function looseText(value: unknown): string {
  if (value === undefined || value === null) {
    return "";
  }
  if (typeof value === "string") {
    return readsAsJson(value) ? JSON.stringify(value) : value;
  }
  return JSON.stringify(value);
}

export function looseValue(text: string): unknown {
  if (!readsAsJson(text)) {
    return text;
  }
  return JSON.parse(text);
}

function readsAsJson(text: string): boolean {
  if (!/^\s*([[{"\d-]|true\s*$|false\s*$|null\s*$)/.test(text)) {
    return false;
  }
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
