/** Where a coach-mark stands beside what it points at; pure. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const GAP = 12;
const EDGE = 12;

/** Below, above, right or left of it, whichever has room; in the middle without anything. */
export function placed(anchor: Box | null, mark: Size, page: Size): { left: number; top: number } {
  if (!anchor) {
    const left = (page.width - mark.width) / 2;
    return { left: Math.max(EDGE, left), top: Math.max(EDGE, page.height - mark.height - 72) };
  }
  const middle = anchor.left + anchor.width / 2 - mark.width / 2;
  const level = anchor.top + anchor.height / 2 - mark.height / 2;
  const tries = [
    { left: middle, top: anchor.top + anchor.height + GAP },
    { left: middle, top: anchor.top - mark.height - GAP },
    { left: anchor.left + anchor.width + GAP, top: level },
    { left: anchor.left - mark.width - GAP, top: level },
  ].map((place) => inside(place, mark, page));
  return tries.find((place) => !covers(place, mark, anchor)) ?? tries[0] ?? { left: 0, top: 0 };
}

function inside(place: { left: number; top: number }, mark: Size, page: Size) {
  return {
    left: Math.max(EDGE, Math.min(place.left, page.width - mark.width - EDGE)),
    top: Math.max(EDGE, Math.min(place.top, page.height - mark.height - EDGE)),
  };
}

function covers(place: { left: number; top: number }, mark: Size, anchor: Box): boolean {
  return (
    place.left < anchor.left + anchor.width &&
    place.left + mark.width > anchor.left &&
    place.top < anchor.top + anchor.height &&
    place.top + mark.height > anchor.top
  );
}
