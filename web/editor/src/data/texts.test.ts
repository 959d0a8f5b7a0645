import { describe, expect, test } from "vitest";
import { isLongText, looksLike } from "./texts";

describe("a text", () => {
  test("that is a page looks like one", () => {
    expect(looksLike("<!doctype html><html></html>")).toBe("html");
    expect(looksLike("\n<p>Hello <b>you</b></p>")).toBe("html");
  });

  test("with a heading or two marks looks like Markdown", () => {
    expect(looksLike("# Title\n\nText")).toBe("markdown");
    expect(looksLike("- one\n- **two**")).toBe("markdown");
  });

  test("with a list or a sign alone does not", () => {
    expect(looksLike("- minus five")).toBe("text");
    expect(looksLike("a < b and c > d")).toBe("text");
    expect(looksLike("#hashtag")).toBe("text");
  });

  test("is long when a line does not show all of it", () => {
    expect(isLongText("x".repeat(61))).toBe(true);
    expect(isLongText("a\nb")).toBe(true);
    expect(isLongText("short")).toBe(false);
    expect(isLongText({})).toBe(false);
  });
});
