import { expect, test } from "vitest";

const SOURCES = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.{ts,tsx}"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Where something is read into the cache, and not where it is forgotten. */
const READS =
  /(?<!Queries\(\{ )(?<!Queries<\w+>\(\{ )queryKey:\s*(\[[^\]]*\])|useList\(\s*(\[[^\]]*\])/g;

/** `["workflow", id]` and `["workflow", workflow]` are the same key. */
function shapeOf(key: string): string {
  const parts = key
    .slice(1, -1)
    .split(",")
    .map((part) => part.trim());
  return parts
    .filter(Boolean)
    .map((part) => (/^"|^(true|false)$|^[A-Z]/.test(part) ? part : "*"))
    .join(" ");
}

/** What one screen keeps there in its own shape another would take for its own. */
test("what the cache keeps under a key is read in one place", () => {
  const places = new Map<string, string[]>();
  for (const [path, source] of Object.entries(SOURCES)) {
    for (const [, query, list] of source.matchAll(READS)) {
      const shape = shapeOf(query ?? list ?? "");
      // A name alone is a name of its file.
      const key = shape.includes('"') ? shape : `${path} ${shape}`;
      places.set(key, [...(places.get(key) ?? []), path]);
    }
  }
  expect(places.size).toBeGreaterThan(50);
  const twice = [...places].filter(([, paths]) => paths.length > 1);
  expect(twice).toEqual([]);
});
