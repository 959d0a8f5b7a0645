import { describe, expect, it } from "vitest";
import { kindOf, looksSecret, read, typed } from "./kinds";

describe("a variable", () => {
  it.each([
    ["x", "text"],
    [1, "number"],
    [false, "boolean"],
    [{ a: 1 }, "json"],
    [null, "json"],
  ] as const)("%j is typed in as %s and read as the same", (value, kind) => {
    expect(kindOf(value)).toBe(kind);
    expect(read(kind, typed(value))).toEqual({ value });
  });

  it("is not read where it is no number or no JSON", () => {
    expect(read("number", "1,5")).toEqual({ wrong: "number" });
    expect(read("number", " ")).toEqual({ wrong: "number" });
    expect(read("json", "{a:1}")).toEqual({ wrong: "json" });
  });
});

describe("what looks secret", () => {
  it.each([
    ["api_key", "anything"],
    ["DB_PASSWORD", "x"],
    ["github", "ghp_0123456789abcdef"],
    ["key", "-----BEGIN RSA PRIVATE KEY-----"],
    ["jwt", "eyJhbGciOi.eyJzdWIi.x"],
  ])("%s is warned of", (name, value) => {
    expect(looksSecret(name, value)).toBe(true);
  });

  it("is no plain address, number or empty text", () => {
    expect(looksSecret("base_url", "https://api.example.com")).toBe(false);
    expect(looksSecret("token_limit", 5)).toBe(false);
    expect(looksSecret("api_key", "")).toBe(false);
  });
});
