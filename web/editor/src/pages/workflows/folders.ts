/** Folders as a tree. */

import type { Folder } from "./library";

export interface Branch {
  readonly folder: Folder;
  readonly depth: number;
  readonly children: readonly Branch[];
  /** Workflows in it and in all that is in it. */
  readonly total: number;
}

/** The folders at the top with what is in them. One whose parent is gone is at the top. */
export function treeOf(folders: readonly Folder[]): readonly Branch[] {
  const known = new Set(folders.map((one) => one.id));
  const under = new Map<string, Folder[]>();
  for (const one of folders) {
    const parent = known.has(one.parent_id) ? one.parent_id : "";
    under.set(parent, [...(under.get(parent) ?? []), one]);
  }
  const grown = (parent: string, depth: number): readonly Branch[] =>
    (under.get(parent) ?? []).map((folder) => {
      const children = grown(folder.id, depth + 1);
      const below = children.reduce((sum, one) => sum + one.total, 0);
      return { folder, depth, children, total: folder.workflows + below };
    });
  return grown("", 0);
}

/** All branches in the order in which a list shows them. */
export function flat(tree: readonly Branch[]): readonly Branch[] {
  return tree.flatMap((one) => [one, ...flat(one.children)]);
}

/** The folder and all that it is in, from the top. */
export function pathOf(folders: readonly Folder[], id: string): readonly Folder[] {
  const byId = new Map(folders.map((one) => [one.id, one]));
  const path: Folder[] = [];
  let here = byId.get(id);
  while (here && !path.includes(here)) {
    path.unshift(here);
    here = byId.get(here.parent_id);
  }
  return path;
}

/** The folder and everything in it: where it cannot be moved to. */
export function within(folders: readonly Folder[], id: string): ReadonlySet<string> {
  const found = new Set([id]);
  let before = 0;
  while (before !== found.size) {
    before = found.size;
    for (const one of folders) {
      if (found.has(one.parent_id)) {
        found.add(one.id);
      }
    }
  }
  return found;
}
