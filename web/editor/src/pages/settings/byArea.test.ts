import { expect, test } from "vitest";
import { byArea } from "./byArea";

test("grants stand under what they are about, reading before writing before deleting", () => {
  expect(byArea(["workflow:delete", "workflow:read", "audit:read", "workflow:write"])).toEqual([
    ["workflow", ["workflow:read", "workflow:write", "workflow:delete"]],
    ["audit", ["audit:read"]],
  ]);
});
