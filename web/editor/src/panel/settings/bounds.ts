/** Which numbers the settings of a node may have: what the server takes, and nothing else. */

export interface Bounds {
  readonly least: number;
  /** The least is too little itself. */
  readonly isAbove?: boolean;
  readonly most?: number;
  readonly isWhole?: boolean;
}

const COUNT: Bounds = { least: 1, isWhole: true };
const COUNT_OR_NONE: Bounds = { least: 0, isWhole: true };
const SECONDS: Bounds = { least: 0, isAbove: true };

/** As the kernel has them in its document. */
export const BOUNDS = {
  timeout_s: SECONDS,
  cache_s: SECONDS,
  max_iterations: COUNT,
  max_attempts: { least: 1, most: 100, isWhole: true },
  first_delay_s: { least: 0 },
  factor: { least: 1 },
  max_delay_s: { least: 0 },
  jitter: { least: 0, most: 1 },
  fuel: COUNT,
  memory_bytes: COUNT,
  wall_s: SECONDS,
  total_s: SECONDS,
  output_bytes: COUNT,
  host_calls: COUNT_OR_NONE,
  fetched_bytes: COUNT_OR_NONE,
} as const satisfies Readonly<Record<string, Bounds>>;

export type NumberName = keyof typeof BOUNDS;

/** What somebody typed; null: nothing. Undefined: it is no number that may stand there. */
export function numberIn(text: string, bounds: Bounds): number | null | undefined {
  if (text.trim() === "") {
    return null;
  }
  const value = Number(text);
  const { least, isAbove = false, most = Number.MAX_VALUE, isWhole = false } = bounds;
  const isRight = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  const isEnough = isAbove ? value > least : value >= least;
  return isRight && isEnough && value <= most ? value : undefined;
}

/** Which words say what is allowed. */
export function wordsOf({ isAbove, most, isWhole }: Bounds) {
  if (most !== undefined) {
    return isWhole ? "wholeBetween" : "between";
  }
  if (isAbove) {
    return "moreThan";
  }
  return isWhole ? "wholeAtLeast" : "atLeast";
}
