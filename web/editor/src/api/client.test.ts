import { expect, test, vi } from "vitest";

vi.stubGlobal("window", { location: { origin: "http://here.test" } });
const answers = vi.fn<typeof fetch>();
vi.stubGlobal("fetch", answers);
const { api, whenRefused } = await import("./client");

const problem = (status: number) =>
  new Response(JSON.stringify({ status, title: "No", detail: "No", code: "x" }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });

test("a call that is refused as nobody's is told of, whoever made it", async () => {
  const tell = vi.fn();
  const end = whenRefused(tell);
  answers.mockImplementation(async () => problem(401));
  await expect(api().showMe()).rejects.toThrow();
  expect(tell).toHaveBeenCalledTimes(1);

  end();
  await expect(api().showMe()).rejects.toThrow();
  expect(tell).toHaveBeenCalledTimes(1);
});

test("what is refused for another reason is not", async () => {
  const tell = vi.fn();
  const end = whenRefused(tell);
  answers.mockImplementation(async () => problem(403));
  await expect(api().showMe()).rejects.toThrow();
  expect(tell).not.toHaveBeenCalled();
  end();
});
