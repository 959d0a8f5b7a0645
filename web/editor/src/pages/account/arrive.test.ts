import { beforeAll, expect, test, vi } from "vitest";

let safeNext: (next: unknown) => string;

beforeAll(async () => {
  vi.stubGlobal("window", { location: { origin: "http://127.0.0.1" } });
  ({ safeNext } = await import("./arrive"));
});

test("who was asked to sign in goes on where he was", () => {
  expect(safeNext("/executions?status=error")).toBe("/executions?status=error");
});

test.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", 7])(
  "nobody is sent to %s",
  (next) => expect(safeNext(next)).toBe("/workflows"),
);
