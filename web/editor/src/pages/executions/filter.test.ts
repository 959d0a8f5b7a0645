import { describe, expect, it } from "vitest";
import { filterOf, isNarrowed, NO_FILTER, searchOf, wantedOf } from "./filter";

const FULL = {
  ...NO_FILTER,
  status: ["waiting", "error"] as const,
  workflow: "wf_1",
  mode: "webhook",
  keys: ["order=A-17"],
};

describe("the filter of executions", () => {
  it("is the same after a way through the address", () => {
    expect(filterOf(searchOf(FULL))).toEqual(FULL);
    const timed = { ...NO_FILTER, from: "2026-03-01T10:00", until: "2026-03-02T10:00" };
    expect(filterOf(searchOf(timed))).toEqual(timed);
  });

  it("takes one value where a list could stand, and nothing that does not exist", () => {
    expect(filterOf({ status: "error", key: "a=1" })).toMatchObject({
      status: ["error"],
      keys: ["a=1"],
    });
    expect(filterOf({ status: "nonsense", period: "eon", key: "novalue" })).toEqual(NO_FILTER);
    expect(filterOf({ workflow: 17 }).workflow).toBe("17");
  });

  it("leaves an address empty that narrows nothing", () => {
    expect(searchOf(NO_FILTER)).toEqual({});
    expect(isNarrowed(NO_FILTER)).toBe(false);
    expect(isNarrowed(FULL)).toBe(true);
  });

  it("counts a period back from now", () => {
    expect(wantedOf({ ...NO_FILTER, period: "hour" }, 4_000_000)).toEqual({ from_ms: 400_000 });
    expect(wantedOf({ ...NO_FILTER, from: "not a moment" }, 0)).toEqual({});
  });
});
