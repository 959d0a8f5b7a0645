/** String literals: what they stand for, and how a text is written as one. */

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  "0": "\0",
  "\n": "",
  "\r\n": "",
  "\u2028": "",
  "\u2029": "",
};
const ESCAPE = /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))/g;

/** The text that a literal (with its quotes) stands for. */
export function stringValue(literal: string): string {
  return literal.slice(1, -1).replace(ESCAPE, (_, braced, four, two, other) => {
    const code: string | undefined = braced ?? four ?? two;
    if (code) {
      const number = Number.parseInt(code, 16);
      return braced && number > 0x10ffff ? "\ufffd" : fromCode(number);
    }
    return ESCAPES[other] ?? other;
  });
}

function fromCode(number: number): string {
  return number > 0xffff ? String.fromCodePoint(number) : String.fromCharCode(number);
}

/** A text as a literal. */
export function quoted(text: string, quote: string): string {
  let inner = text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`);
  if (quote === "`") {
    inner = inner.replaceAll("${", "\\${");
  }
  inner = inner.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  // The template would be split there by a reader that does not know about strings.
  return quote + inner.replaceAll("}}", "}\\x7d") + quote;
}
