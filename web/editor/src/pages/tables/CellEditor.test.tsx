// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { show, speaking } from "~/testing/shown";
import { CellEditor } from "./CellEditor";
import type { Kind } from "./cells";
import type { DataTable, Row } from "./rows";

speaking("tables");
afterEach(() => vi.unstubAllGlobals());

/** Edit a cell; what was sent and how it ended. */
function edit(kind: Kind, value: unknown) {
  const sent: unknown[] = [];
  const ends: boolean[] = [];
  vi.stubGlobal("fetch", async (_: unknown, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    return Response.json({});
  });
  const row = { id: "1", cells: { a: value } } as unknown as Row;
  const table = { id: "t" } as DataTable;
  const { user } = show(
    <CellEditor table={table} row={row} name="a" kind={kind} onEnd={(down) => ends.push(down)} />,
  );
  return { user, sent, ends, cell: () => screen.getByLabelText<HTMLInputElement>("a") };
}

it("keeps what was typed by Enter, and goes on below", async () => {
  const { user, sent, ends, cell } = edit("number", 1);
  await user.type(cell(), "2{Enter}");
  expect(sent).toEqual([{ cells: { a: 12 } }]);
  expect(ends).toEqual([true]);
});

it("leaves the cell as it was by Escape, though the field loses the focus", async () => {
  const { user, sent, ends, cell } = edit("number", 1);
  await user.type(cell(), "2{Escape}");
  await user.tab();
  expect(sent).toEqual([]);
  expect(ends).toEqual([false]);
});

it("says what is wrong, and stays open for it to be mended", async () => {
  const { user, sent, ends, cell } = edit("number", 1);
  await user.type(cell(), "x{Enter}");
  expect(screen.getByRole("alert").textContent).not.toBe("");
  expect(ends).toEqual([]);
  await user.type(cell(), "{Backspace}3{Enter}");
  expect(sent).toEqual([{ cells: { a: 13 } }]);
});

it("sends nothing where nothing was changed", async () => {
  const { user, sent, ends, cell } = edit("json", "12");
  expect(cell().value).toBe('"12"');
  await user.type(cell(), "{Enter}");
  expect(sent).toEqual([]);
  expect(ends).toEqual([true]);
});

it("can be left though the column does not take what is in it", async () => {
  const { user, sent, ends, cell } = edit("number", "many");
  await user.type(cell(), "{Enter}");
  expect(sent).toEqual([]);
  expect(ends).toEqual([true]);
});
