/** What of the canvas is shown beside the flow; kept for the next time. */

import { create } from "zustand";

interface Look {
  readonly minimap: boolean;
  readonly outline: boolean;
}

const KEPT = "penstock.canvas";

function kept(): Look {
  const text = localStorage.getItem(KEPT) ?? "";
  return { minimap: text.includes("minimap"), outline: text.includes("outline") };
}

export const useLook = create<Look>()(kept);

export function toggleLook(which: keyof Look): void {
  useLook.setState((look) => ({ [which]: !look[which] }));
  const { minimap, outline } = useLook.getState();
  const shown = [minimap ? "minimap" : "", outline ? "outline" : ""].filter(Boolean);
  localStorage.setItem(KEPT, shown.join(" "));
}
