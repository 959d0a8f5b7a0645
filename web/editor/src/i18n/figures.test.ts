import { describe, expect, test } from "vitest";
import { agoIn, bytesIn, countIn, durationIn, shareIn } from "./figures";

describe("figures", () => {
  test.each([
    [0.0052, "5 ms"],
    [1.246, "1.25 sec"],
    [42.36, "42.4 sec"],
    [59, "59 sec"],
    [185, "3 min 5 sec"],
    [3_600, "1 hr"],
    [90_061, "1 day 1 hr"],
  ])("%d seconds are told in at most two units", (seconds, told) => {
    expect(durationIn("en", seconds)).toBe(told);
  });

  test("how far away something is, is told in its largest unit, in either direction", () => {
    expect(agoIn("en", 0, 185_000)).toBe("3 minutes ago");
    expect(agoIn("de", 172_800_000, 0)).toBe("übermorgen");
    expect(agoIn("en", 0, 400)).toBe("now");
  });

  test("numbers are cut short only where they are large", () => {
    expect(countIn("en", 12_345)).toBe("12,345");
    expect(countIn("en", 1_234_567)).toBe("1.2M");
    expect(countIn("de", 12_345)).toBe("12.345");
  });

  test("bytes are told in the unit that fits", () => {
    expect(bytesIn("en", 0)).toBe("0 bytes");
    expect(bytesIn("en", 1_500)).toBe("1.5 kB");
    expect(bytesIn("en", 2_000_000)).toBe("2 MB");
  });

  test("a share is told as a percentage", () => {
    expect(shareIn("en", 0.125)).toBe("12.5%");
  });
});
