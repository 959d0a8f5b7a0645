/** How one text of several lines became another. */

export interface Line {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** Beyond so many pairs of lines nobody waits for the smallest difference. */
const MOST_PAIRS = 4_000_000;

/** The fewest lines to take out and put in; what is the same at both ends is not looked at twice. */
export function linesOf(before: string, after: string): readonly Line[] {
  const old = before.split("\n");
  const now = after.split("\n");
  const head = sameFrom(old, now, (list, index) => list[index]);
  const tail = sameFrom(old.slice(head), now.slice(head), (list, index) => list.at(-1 - index));
  const middle = between(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  return [...old.slice(0, head).map(same), ...middle, ...old.slice(old.length - tail).map(same)];
}

const same = (text: string): Line => ({ kind: "same", text });
const removed = (text: string): Line => ({ kind: "removed", text });
const added = (text: string): Line => ({ kind: "added", text });

type At = (list: readonly string[], index: number) => string | undefined;

function sameFrom(old: readonly string[], now: readonly string[], at: At): number {
  const most = Math.min(old.length, now.length);
  let count = 0;
  while (count < most && at(old, count) === at(now, count)) {
    count += 1;
  }
  return count;
}

function between(old: readonly string[], now: readonly string[]): readonly Line[] {
  if (old.length * now.length > MOST_PAIRS) {
    return [...old.map(removed), ...now.map(added)];
  }
  const longest = lengths(old, now);
  const width = now.length + 1;
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  const found: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      found.push(same(old[i] ?? ""));
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      found.push(removed(old[i] ?? ""));
      i += 1;
    } else {
      found.push(added(now[j] ?? ""));
      j += 1;
    }
  }
  return found;
}

/** Of each pair of ends: how many lines they have in common. */
function lengths(old: readonly string[], now: readonly string[]): Uint32Array {
  const width = now.length + 1;
  const found = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      found[i * width + j] =
        old[i] === now[j]
          ? (found[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(found[(i + 1) * width + j] ?? 0, found[i * width + j + 1] ?? 0);
    }
  }
  return found;
}

/** Only what changed and some lines around it; null stands for what is left out. */
export function hunks(lines: readonly Line[], around = 3): readonly (Line | null)[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some((one) => one.kind !== "same"),
  );
  const found: (Line | null)[] = [];
  lines.forEach((line, index) => {
    if (near[index]) {
      found.push(line);
    } else if (found.at(-1) !== null) {
      found.push(null);
    }
  });
  return found;
}
