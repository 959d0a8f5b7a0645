// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { show, speaking } from "~/testing/shown";
import { Grid } from "./Grid";
import type { DataTable, Row } from "./rows";

speaking("tables");
beforeEach(() => {
  // Nothing has a size here, and a grid without one shows no rows.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(400);
  vi.stubGlobal("fetch", async () => Response.json({}));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Double-click the first cell, and go on in the field beside the grid. */
async function edit(keys: string) {
  const columns = [{ id: "1", name: "a", kind: "number" }];
  const table = { id: "t", name: "T", rows: 2, columns } as unknown as DataTable;
  const rows = [1, 2].map((id) => ({ id, cells: { a: id } })) as unknown as Row[];
  const { user } = show(
    <>
      <input aria-label="beside" />
      <Grid
        table={table}
        rows={rows}
        sort=""
        mayChange
        chosen={new Set()}
        onChosen={() => undefined}
        onSort={() => undefined}
        onOpen={() => undefined}
        onNear={() => undefined}
      />
    </>,
  );
  await user.dblClick(await screen.findByRole("gridcell", { name: "1" }));
  await user.type(screen.getByLabelText("a"), keys);
  return user;
}

const painted = () => new Promise((done) => requestAnimationFrame(done));

it("leaves the focus where somebody went while he edited a cell", async () => {
  const user = await edit("1");
  await user.click(screen.getByLabelText("beside"));
  await painted();
  expect(document.activeElement).toBe(screen.getByLabelText("beside"));
  expect(screen.queryByLabelText("a")).toBe(null);
});

it("goes on with the cell below after Enter", async () => {
  await edit("1{Enter}");
  await painted();
  expect(document.activeElement?.textContent).toBe("2");
});
