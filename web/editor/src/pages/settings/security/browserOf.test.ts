import { expect, test } from "vitest";
import { browserOf } from "./browserOf";

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 · Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0",
    "Edge 150 · Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Safari/604",
    "Safari 19 · iOS",
  ],
  ["python-httpx2/2.16", "python-httpx2"],
  ["", ""],
])("%s is %s", (agent, name) => expect(browserOf(agent)).toBe(name));
