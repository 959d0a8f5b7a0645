/** The workflows that were open last in this browser, the newest first. */

import { useEffect } from "react";
import { create } from "zustand";
import { chosenWorkspace } from "~/api/client";
import { documentOf, useEditing } from "~/editing/store";

export interface Recent {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
}

const KEPT = "penstock.recents";
const MOST = 8;

export const useRecents = create<{ readonly all: readonly Recent[] }>()(() => ({
  all: readRecents(localStorage.getItem(KEPT)),
}));

/** What was stored, as far as it can be read. */
export function readRecents(text: string | null): readonly Recent[] {
  try {
    const read: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(read) ? read.filter(isRecent) : [];
  } catch {
    return [];
  }
}

function isRecent(value: unknown): value is Recent {
  const words = ["id", "name", "workspace"] as const;
  return (
    typeof value === "object" &&
    value !== null &&
    words.every((word) => typeof Reflect.get(value, word) === "string")
  );
}

export function remembered(all: readonly Recent[], newest: Recent): readonly Recent[] {
  return [newest, ...all.filter((one) => one.id !== newest.id)].slice(0, MOST);
}

/** Keep in mind what is open. */
export function useRememberWorkflows(): void {
  const id = useEditing((state) => state.workflow);
  const name = useEditing((state) => documentOf(state).name);
  useEffect(() => {
    if (!id) {
      return;
    }
    const all = remembered(useRecents.getState().all, { id, name, workspace: chosenWorkspace() });
    localStorage.setItem(KEPT, JSON.stringify(all));
    useRecents.setState({ all });
  }, [id, name]);
}
