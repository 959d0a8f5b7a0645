/** What a text in the data may be besides a text. */

/** On one line of a view there is room for so much. */
const SHORT = 60;

/** Is there more of it than a line shows? */
export function isLongText(value: unknown): value is string {
  return typeof value === "string" && (value.length > SHORT || value.includes("\n"));
}

const TAG =
  /<(!doctype html|html|body|div|p|h[1-6]|table|ul|ol|span|a|b|strong|em|br|img)\b[^>]*>/i;
const MARKS = [
  /^#{1,6} \S/m,
  /^\s*[-*+] \S/m,
  /^\s*\d+\. \S/m,
  /\*\*[^*\s][^*]*\*\*/,
  /\[[^\]]+\]\([^)\s]+\)/,
  /^```/m,
  /^> \S/m,
];

/** A page, Markdown, or nothing but text; Markdown where two of its marks are there, or a heading. */
export function looksLike(text: string): "html" | "markdown" | "text" {
  const begin = text.slice(0, 20_000);
  if (/^\s*</.test(begin) && TAG.test(begin)) {
    return "html";
  }
  const marks = MARKS.filter((mark) => mark.test(begin)).length;
  return marks > 1 || /^#{1,6} \S.*\n/.test(begin) ? "markdown" : "text";
}
