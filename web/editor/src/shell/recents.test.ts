import { beforeAll, expect, test, vi } from "vitest";

type Recents = typeof import("./recents");
let recents: Recents;

beforeAll(async () => {
  vi.stubGlobal("window", { location: { origin: "http://127.0.0.1" } });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  recents = await import("./recents");
});

const one = (id: string) => ({ id, name: id, workspace: "w" });

test("a workflow that is opened again comes first and stands there once", () => {
  const all = recents.remembered([one("a"), one("b")], one("b"));
  expect(all.map(({ id }) => id)).toEqual(["b", "a"]);
});

test("no more than eight are kept", () => {
  const many = Array.from({ length: 8 }, (_, at) => one(String(at)));
  expect(recents.remembered(many, one("new"))).toHaveLength(8);
});

test.each(["{", "{}", "null", '[{"id":1}]', "[null]"])("%s is read as nothing", (text) => {
  expect(recents.readRecents(text)).toEqual([]);
});
