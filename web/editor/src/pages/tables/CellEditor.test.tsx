// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { show, speaking } from "~/testing/shown";
import { useTold } from "~/ui/told";
import { CellEditor, type End } from "./CellEditor";
import type { Kind } from "./cells";
import type { DataTable, Row } from "./rows";

speaking("tables");
afterEach(() => vi.unstubAllGlobals());

/** Edit a cell; what was sent and how it ended. */
function edit(kind: Kind, value: unknown) {
  const sent: unknown[] = [];
  const ends: End[] = [];
  vi.stubGlobal("fetch", async (_: unknown, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    return Response.json({});
  });
  const row = { id: "1", cells: { a: value } } as unknown as Row;
  const table = { id: "t" } as DataTable;
  const { user, unmount } = show(
    <CellEditor table={table} row={row} name="a" kind={kind} onEnd={(how) => ends.push(how)} />,
  );
  return { user, unmount, sent, ends, cell: () => screen.getByLabelText<HTMLInputElement>("a") };
}

it("keeps what was typed by Enter, and goes on below", async () => {
  const { user, sent, ends, cell } = edit("number", 1);
  await user.type(cell(), "2{Enter}");
  expect(sent).toEqual([{ cells: { a: 12 } }]);
  expect(ends).toEqual(["down"]);
});

it("leaves the cell as it was by Escape, though the field loses the focus", async () => {
  const { user, sent, ends, cell } = edit("number", 1);
  await user.type(cell(), "2{Escape}");
  await user.tab();
  expect(sent).toEqual([]);
  expect(ends).toEqual(["stay"]);
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
  expect(ends).toEqual(["down"]);
});

it("can be left though the column does not take what is in it", async () => {
  const { user, sent, ends, cell } = edit("number", "many");
  await user.type(cell(), "{Enter}");
  expect(sent).toEqual([]);
  expect(ends).toEqual(["down"]);
});

it("keeps what was typed when somebody goes elsewhere, and leaves the focus there", async () => {
  const { user, sent, ends, cell } = edit("number", 1);
  await user.type(cell(), "2");
  await user.tab();
  expect(sent).toEqual([{ cells: { a: 12 } }]);
  expect(ends).toEqual(["left"]);
});

it("says what was not kept when it is closed with something wrong in it", async () => {
  const { user, unmount, sent, cell } = edit("number", 1);
  await user.type(cell(), "x");
  await user.tab();
  unmount();
  expect(sent).toEqual([]);
  expect(useTold.getState().waiting.at(-1)?.text).toContain("1x");
});

it("leaves the breaks in a text of several lines, and takes more of them by Shift", async () => {
  const { user, sent, ends, cell } = edit("text", "one\ntwo");
  await user.type(cell(), "{Shift>}{Enter}{/Shift}three");
  expect(ends).toEqual([]);
  await user.type(cell(), "{Enter}");
  expect(sent).toEqual([{ cells: { a: "one\ntwo\nthree" } }]);
  expect(ends).toEqual(["down"]);
});
