/** What somebody pasted or dropped, as the server takes it. */

/** JSON as what it says; every other text as it is: some importers read text. */
export function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Several files are one list; what is a list already is joined. */
export function joined(read: readonly unknown[]): unknown {
  return read.length === 1 ? read[0] : read.flatMap((one) => (Array.isArray(one) ? one : [one]));
}

export const MOST_BYTES = 50_000_000;
