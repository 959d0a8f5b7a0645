import { describe, expect, it } from "vitest";
import { withDropped } from "~/model/expression/path";
import { looseText, looseValue } from "./loose";

describe("a value in a line of text", () => {
  it("comes back as it was, whatever its type", () => {
    for (const value of [
      "",
      "hello",
      "20",
      20,
      true,
      "true",
      [1],
      { a: "b" },
      '"quoted"',
      "-",
      "{",
    ]) {
      expect(looseValue(looseText(value))).toEqual(value);
    }
  });
  it("is text unless it is JSON", () => {
    expect(looseValue("20")).toBe(20);
    expect(looseValue("2026-01-01")).toBe("2026-01-01");
    expect(looseValue("{ not")).toBe("{ not");
  });
});

describe("a dropped field", () => {
  it("stands alone in an empty field and behind the text of any other", () => {
    expect(withDropped("", "$json.a")).toBe("={{ $json.a }}");
    expect(withDropped("Hello", "$json.a")).toBe("=Hello {{ $json.a }}");
    expect(withDropped("={{ $json.b }}", "$json.a")).toBe("={{ $json.b }} {{ $json.a }}");
    expect(withDropped("{{ raw", "$json.a")).toBe("=\\{{ raw {{ $json.a }}");
    expect(withDropped(20, "$json.a")).toBe("={{ $json.a }}");
  });
});
