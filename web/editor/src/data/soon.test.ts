import { Refused } from "@penstock/client";
import { expect, test } from "vitest";
import { isSoon } from "./soon";

const refused = (code: string, status = 404) =>
  new Refused({
    status,
    code,
    title: "",
    detail: "",
    hint: "",
    field: "",
    findings: [],
    requestId: "",
  });

test("a step that is not written down yet is asked for again, and not for ever", () => {
  expect(isSoon(0, refused("step.not_found"))).toBe(true);
  expect(isSoon(8, refused("step.not_found"))).toBe(false);
});

test("anything else that is refused stays so", () => {
  expect(isSoon(0, refused("execution.not_found"))).toBe(false);
  expect(isSoon(0, new Error("step.not_found"))).toBe(false);
});
