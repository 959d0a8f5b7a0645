/** Signs that turn the direction of all that follows them. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** A name as it may stand inside a sentence: it does not turn the words behind it round. */
export function plain(value: unknown): string {
  return String(value).replace(TURNING, "");
}
