import { describe, expect, test } from "vitest";
import type { models } from "~/api/client";
import { asGiven, begun, given, ordered, wrongs } from "./rule";

const RULE: models.AlertsRule = {
  name: "Orders fail",
  kind: "failure_rate",
  workflow_id: "wf_1",
  threshold: 0.07,
  window_s: 900,
  cooldown_s: 3_600,
  least: 10,
  disabled: false,
  channel: "webhook",
  target: "https://example.com/alerts",
  id: "al_1",
  workspace_id: "default",
  revision: 1,
  secret_version: 1,
  state: "ok",
  value: null,
  since_ms: 0,
  told_ms: 0,
  created_ms: 0,
  updated_ms: 0,
};

describe("an alert rule", () => {
  test("shares are entered as percent, and go back as they came", () => {
    const entered = begun(RULE);
    expect(entered.threshold).toBe("7");
    expect(given(entered)).toEqual(asGiven(RULE));
  });

  test("a new one lacks a name and a target, and nothing else", () => {
    expect(wrongs(begun())).toEqual({ name: "missing", target: "missing" });
  });

  test("the threshold is looked at in the unit of its kind", () => {
    const entered = begun(RULE);
    expect(wrongs({ ...entered, threshold: "101" })).toEqual({ threshold: "percent" });
    expect(wrongs({ ...entered, kind: "latency_p95", threshold: "101" })).toEqual({});
    expect(wrongs({ ...entered, kind: "credentials_due", threshold: "1.5" })).toEqual({
      threshold: "whole",
    });
    expect(wrongs({ ...entered, kind: "no_executions", threshold: "" })).toEqual({});
  });

  test("only web addresses and mail addresses are told", () => {
    const entered = begun(RULE);
    expect(wrongs({ ...entered, target: "javascript:alert(1)" })).toEqual({ target: "url" });
    expect(wrongs({ ...entered, channel: "email" })).toEqual({ target: "email" });
    expect(wrongs({ ...entered, channel: "email", target: "ada@example.com" })).toEqual({});
  });

  test("what a kind does not look at is not sent", () => {
    const sent = given({ ...begun(RULE), kind: "credentials_due", threshold: "2" });
    expect(sent).toMatchObject({ threshold: 2, workflow_id: "", least: 1 });
  });

  test("those that fire come first, and those that are off last", () => {
    const rules: models.AlertsRule[] = [
      { ...RULE, id: "off", name: "a", disabled: true },
      { ...RULE, id: "b", name: "b" },
      { ...RULE, id: "fires", name: "z", state: "firing" },
      { ...RULE, id: "a", name: "a" },
    ];
    expect(ordered(rules).map((one) => one.id)).toEqual(["fires", "a", "b", "off"]);
  });
});
