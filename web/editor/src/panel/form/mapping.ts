/** The field that somebody was in last: where a path goes that is picked by key. */

import { create } from "zustand";

interface Mapping {
  readonly insert: ((code: string) => void) | null;
  readonly title: string;
}

export const useMapping = create<Mapping>()(() => ({ insert: null, title: "" }));
