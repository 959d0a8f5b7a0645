// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type { NodeSettings } from "~/model/document";
import { show, speaking } from "~/testing/shown";
import { BOUNDS, type NumberName, numberIn } from "./bounds";
import { NumberSetting } from "./NumberSetting";
import { RetrySettings } from "./RetrySettings";

speaking("canvas", "nodes");

describe("a number of a setting", () => {
  it.each<[NumberName, string, string]>([
    ["timeout_s", "0", "0.5"],
    ["cache_s", "0", "1"],
    ["jitter", "5", "1"],
    ["jitter", "-0.1", "0"],
    ["max_iterations", "2.5", "2"],
    ["max_iterations", "0", "1"],
    ["max_attempts", "101", "100"],
    ["max_attempts", "0", "1"],
    ["factor", "0.5", "1"],
    ["fuel", "0", "1"],
    ["fuel", "1.5", "1e9"],
    ["host_calls", "-1", "0"],
    ["first_delay_s", "Infinity", "0"],
    ["max_delay_s", "soon", "0.1"],
  ])("%s is not %s, and may be %s", (name, wrong, right) => {
    expect(numberIn(wrong, BOUNDS[name])).toBeUndefined();
    expect(numberIn(right, BOUNDS[name])).toBe(Number(right));
    expect(numberIn(" ", BOUNDS[name])).toBeNull();
  });

  it("is written only where the server takes it, and says what it may be", async () => {
    const written: (number | null)[] = [];
    function Jitter() {
      const [value, setValue] = useState<number | null>(0.2);
      const change = (now: number | null) => {
        setValue(now);
        written.push(now);
      };
      return <NumberSetting name="jitter" value={value} usual="" onChange={change} />;
    }
    const { user } = show(<Jitter />);
    const field = screen.getByLabelText<HTMLInputElement>(/^Random share/);
    await user.clear(field);
    await user.type(field, "5");
    expect(written).toEqual([null]);
    expect(screen.getByText("From 0 to 1")).toBeTruthy();
  });
});

describe("trying again", () => {
  function Shown({ told }: { told: (some: Partial<NodeSettings>) => void }) {
    const [retry, setRetry] = useState<NodeSettings["retry"]>({ max_attempts: 3 });
    const change = (some: Partial<NodeSettings>) => {
      setRetry(some.retry);
      told(some);
    };
    return <RetrySettings retry={retry ?? null} usual={null} onChange={change} />;
  }

  it("is set to ten attempts, though that begins with one", async () => {
    let settings: Partial<NodeSettings> = {};
    const { user } = show(<Shown told={(some) => (settings = some)} />);
    await user.clear(screen.getByLabelText(/^Attempts/));
    await user.type(screen.getByLabelText(/^Attempts/), "10");
    expect(settings).toEqual({ retry: { max_attempts: 10 } });
  });

  it("is off, and has no more to be set", async () => {
    const { user } = show(<Shown told={() => {}} />);
    await user.selectOptions(screen.getByLabelText(/^Try again/), "off");
    expect(screen.getByLabelText<HTMLSelectElement>(/^Try again/).value).toBe("off");
    expect(screen.queryByLabelText(/^Attempts/)).toBeNull();
  });
});
