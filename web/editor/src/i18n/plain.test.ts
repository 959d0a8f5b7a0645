import { expect, test } from "vitest";
import { plain } from "./plain";

test("a name cannot turn round what stands behind it in a sentence", () => {
  expect(plain("inv\u202etxt.exe")).toBe("invtxt.exe");
  expect(plain("\u2066a\u2069b")).toBe("ab");
});

test("names of languages that are read from the right stay as they are", () => {
  expect(plain("שלום <b>")).toBe("שלום <b>");
});
