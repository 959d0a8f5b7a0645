import { useEffect, useState } from "react";
import type { Box } from "./place";

const LOOK_MS = 150;

export interface Anchor {
  readonly element: HTMLElement;
  readonly box: Box;
}

/** What a step points at, wherever it moves to; null while it is not seen. */
export function useAnchor(selectors: readonly string[], number = 0): Anchor | null {
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  useEffect(() => {
    const look = () => setAnchor((before) => same(before, found(selectors, number)));
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [selectors, number]);
  return anchor;
}

/** The one with this number from the left, or the last, of what is seen. */
function found(selectors: readonly string[], number: number): Anchor | null {
  for (const selector of selectors) {
    const seen = [...document.querySelectorAll<HTMLElement>(selector)]
      .map((element) => ({ element, box: boxOf(element) }))
      .filter(({ box }) => box.width > 0 && box.height > 0)
      .sort((a, b) => a.box.left - b.box.left);
    const anchor = seen[Math.min(number, seen.length - 1)];
    if (anchor) {
      return anchor;
    }
  }
  return null;
}

function boxOf(element: HTMLElement): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height };
}

/** The one before where nothing moved, so that nothing is drawn again. */
function same(before: Anchor | null, now: Anchor | null): Anchor | null {
  const still =
    before &&
    now &&
    before.element === now.element &&
    before.box.left === now.box.left &&
    before.box.top === now.box.top &&
    before.box.width === now.box.width &&
    before.box.height === now.box.height;
  return still ? before : now;
}
