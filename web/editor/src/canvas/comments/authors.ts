/** Who people are, by what comments call them. */

/** A service or a program is called what it calls itself. */
export function nameOfAuthor(
  authors: ReadonlyMap<string, string>,
  author: string | null | undefined,
): string {
  return authors.get(author ?? "") ?? authors.get((author ?? "").replace(/^.*:/, "")) ?? "";
}
