/** How much of the room the panel beside the canvas takes, in percent; remembered in the browser. */

const STORED = "penstock.side";
const USUAL = 58;
export const LEAST_SHARE = 25;
export const MOST_SHARE = 80;

/** Within what leaves both sides usable. */
export function fitting(share: number): number {
  return Math.round(Math.min(MOST_SHARE, Math.max(LEAST_SHARE, share)));
}

/** The share of what begins this far from the left of a room. */
export function shareAt(left: number, room: number): number {
  return room > 0 ? fitting(((room - left) / room) * 100) : USUAL;
}

export function storedShare(): number {
  const stored = Number(localStorage.getItem(STORED));
  return Number.isFinite(stored) && stored > 0 ? fitting(stored) : USUAL;
}

/** Remember it, as it fits. */
export function keepShare(wanted: number): number {
  const share = fitting(wanted);
  localStorage.setItem(STORED, String(share));
  return share;
}
