// @vitest-environment happy-dom

import { afterEach, expect, it, vi } from "vitest";
import { show, speaking } from "~/testing/shown";
import { useNodeType } from "./useNodeType";

speaking("canvas");
afterEach(() => vi.unstubAllGlobals());

function Described({ version }: { version?: number }) {
  return <p>{useNodeType("acme/kit.step", version).fields?.length}</p>;
}

it.each([
  ["the first version where its document names none", undefined, "1"],
  ["the version that its document names", 2, "2"],
])("asks for the parameters of %s", async (_, version, asked) => {
  const urls: string[] = [];
  vi.stubGlobal("fetch", async (url: unknown) => {
    urls.push(new URL(String(url)).searchParams.get("version") ?? "");
    return Response.json({ config: {} });
  });
  show(<Described {...(version ? { version } : {})} />);
  await expect.poll(() => urls).toEqual([asked]);
});
