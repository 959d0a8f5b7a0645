/** What has the same key, together and in its order. */
export function grouped<T>(all: Iterable<T>, keyOf: (one: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const list = found.get(key);
    if (list) {
      list.push(one);
    } else {
      found.set(key, [one]);
    }
  }
  return found;
}
