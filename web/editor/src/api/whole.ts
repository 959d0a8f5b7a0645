/** All of a list that comes in pages; only for lists that are never long. */
export async function whole<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const one of pages) {
    found.push(one);
  }
  return found;
}
