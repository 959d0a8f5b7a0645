/** Two letters for a person: `Ada Lovelace` is `AL`. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._@-]+/)
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  const found = letters.map((word) => [...(word ?? "")][0] ?? "").join("");
  return (found || "?").toUpperCase();
}
