// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { show, speaking } from "~/testing/shown";
import { RowDialog } from "./RowDialog";
import type { DataTable, Row } from "./rows";

speaking("tables");
afterEach(() => vi.unstubAllGlobals());

/** Open a row with these cells; what was sent, and how often it closed. */
function open(cells: Row["cells"]) {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (_: unknown, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    return Response.json({});
  });
  const columns = [
    { id: "1", name: "text", kind: "text" },
    { id: "2", name: "number", kind: "number" },
  ];
  const table = { id: "t", columns } as unknown as DataTable;
  const row = { id: 1, cells } as unknown as Row;
  const close = vi.fn();
  const { user } = show(<RowDialog table={table} row={row} onClose={close} />);
  const save = () => user.click(screen.getByRole("button", { name: "Save" }));
  return { user, sent, close, save, cell: (name: string) => screen.getByLabelText(name) };
}

it("sends the cells that were changed, and no others", async () => {
  const { user, sent, close, save, cell } = open({ text: "  ", number: 1 });
  await user.type(cell("number"), "2");
  await save();
  expect(sent).toEqual([{ cells: { number: 12 } }]);
  expect(close).toHaveBeenCalledOnce();
});

it("sends nothing where nothing was changed", async () => {
  const { sent, close, save } = open({ text: "", number: 1 });
  await save();
  expect(sent).toEqual([]);
  expect(close).toHaveBeenCalledOnce();
});

it("leaves the breaks in a text", async () => {
  const { user, sent, save, cell } = open({ text: "one\ntwo", number: 1 });
  await user.type(cell("text"), "{Enter}three");
  await save();
  expect(sent).toEqual([{ cells: { text: "one\ntwo\nthree" } }]);
});
