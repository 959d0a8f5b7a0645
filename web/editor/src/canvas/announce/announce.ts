/** Says aloud what happened on the canvas to who does not see it. */

import { create } from "zustand";

interface Said {
  readonly text: string;
  /** So that the same words twice are said twice. */
  readonly times: number;
}

export const useSaid = create<Said>()(() => ({ text: "", times: 0 }));

export function announce(text: string): void {
  useSaid.setState(({ times }) => ({ text, times: times + 1 }));
}
