import { describe, expect, it } from "vitest";
import type { Workflow } from "~/api/workflows";
import { flat, pathOf, treeOf, within } from "./folders";
import type { Folder } from "./library";
import { EVERYTHING, shownOf, tagsOf } from "./shown";

const folder = (id: string, parent_id = "", workflows = 0): Folder => ({
  id,
  parent_id,
  name: id,
  created_ms: 0,
  workflows,
});

function workflow(name: string, some: Partial<Workflow> = {}): Workflow {
  return {
    id: name,
    workspace_id: "ws",
    name,
    revision: 1,
    latest: 0,
    active_version: null,
    draft_id: "",
    locked_by: null,
    locked_until_ms: 0,
    created_ms: 0,
    updated_ms: 0,
    folder_id: "",
    description: "",
    tags: [],
    archived_ms: null,
    canary_version: null,
    canary_percent: 0,
    ...some,
  };
}

const FOLDERS = [folder("a", "", 1), folder("b", "a", 2), folder("c", "b", 4), folder("d", "gone")];
const names = (found: readonly Workflow[]) => found.map((one) => one.name);

describe("folders", () => {
  it("count what is in the folders that they hold", () => {
    expect(flat(treeOf(FOLDERS)).map((one) => [one.folder.id, one.depth, one.total])).toEqual([
      ["a", 0, 7],
      ["b", 1, 6],
      ["c", 2, 4],
      ["d", 0, 0],
    ]);
  });

  it("lie on a path from the top, which ends even if they hold each other", () => {
    expect(pathOf(FOLDERS, "c").map((one) => one.id)).toEqual(["a", "b", "c"]);
    expect(pathOf([folder("x", "y"), folder("y", "x")], "x")).toHaveLength(2);
  });

  it("cannot be moved into themselves or what they hold", () => {
    expect([...within(FOLDERS, "b")]).toEqual(["b", "c"]);
  });
});

describe("the list", () => {
  const all = [
    workflow("Send 10", { folder_id: "c", tags: ["x"], updated_ms: 1 }),
    workflow("Send 9", { folder_id: "a", active_version: 1, updated_ms: 3 }),
    workflow("ärger", { description: "send nothing", updated_ms: 2, tags: ["x", "y"] }),
  ];

  it("is sorted by name as people count and spell", () => {
    expect(names(shownOf(all, FOLDERS, EVERYTHING, "de"))).toEqual(["ärger", "Send 9", "Send 10"]);
  });

  it("is sorted by the latest change first", () => {
    const wanted = { ...EVERYTHING, order: "changed" } as const;
    expect(names(shownOf(all, FOLDERS, wanted, "en"))).toEqual(["Send 9", "ärger", "Send 10"]);
  });

  it("finds every word in name, description or tag", () => {
    const wanted = { ...EVERYTHING, search: "SEND y" };
    expect(names(shownOf(all, FOLDERS, wanted, "en"))).toEqual(["ärger"]);
  });

  it("shows a folder with what is in its folders", () => {
    const wanted = { ...EVERYTHING, folder: "a" };
    expect(names(shownOf(all, FOLDERS, wanted, "en"))).toEqual(["Send 9", "Send 10"]);
  });

  it("shows the active ones alone, and the others alone", () => {
    const state = (one: "active" | "inactive") => ({ ...EVERYTHING, state: one });
    expect(names(shownOf(all, FOLDERS, state("active"), "en"))).toEqual(["Send 9"]);
    expect(shownOf(all, FOLDERS, state("inactive"), "en")).toHaveLength(2);
  });

  it("tells the most used tag first", () => {
    expect(tagsOf(all)).toEqual([
      ["x", 2],
      ["y", 1],
    ]);
  });

  it("sorts 5,000 workflows within 300 ms", () => {
    const many = Array.from({ length: 5_000 }, (_, n) =>
      workflow(`Workflow ${(n * 7919) % 5_000}`),
    );
    const begin = performance.now();
    expect(shownOf(many, [], { ...EVERYTHING, search: "work" }, "en")).toHaveLength(5_000);
    expect(performance.now() - begin).toBeLessThan(300);
  });
});
