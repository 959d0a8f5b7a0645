// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { useNextPage } from "~/api/useNextPage";
import { show, speaking } from "~/testing/shown";
import { ExecutionRows } from "./ExecutionRows";
import { NO_FILTER } from "./filter";
import { useExecutions } from "./useExecutions";

speaking("executions");
afterEach(() => vi.unstubAllGlobals());

/** The list without what is around it; nothing has a size here, so that its end is always near. */
function List() {
  const { pages, rows } = useExecutions(NO_FILTER);
  const near = useNextPage(pages);
  return (
    <ExecutionRows
      rows={rows}
      chosen={new Set()}
      onChoose={() => undefined}
      named
      more={pages.hasNextPage}
      busy={pages.isFetchingNextPage}
      onMore={() => void pages.fetchNextPage()}
      onNear={near}
    />
  );
}

it("asks once for a page that is refused, and again when somebody wants it", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: unknown) => {
    const cursor = new URL(String(url)).searchParams.get("cursor");
    if (cursor === null) {
      return Response.json({ items: [{ id: "ex_1" }], next_cursor: "next" });
    }
    asked.push(cursor);
    return Response.json({ code: "cursor.wrong", title: "Refused" }, { status: 400 });
  });
  const { user } = show(<List />);
  const more = await screen.findByRole("button", { name: "More" });
  await expect.poll(() => asked).toEqual(["next"]);
  await new Promise((done) => setTimeout(done, 50));
  expect(asked).toEqual(["next"]);
  await user.click(more);
  await expect.poll(() => asked).toEqual(["next", "next"]);
});
