/** The languages that code is written in. Each is loaded when it is first used. */

import type { LanguageSupport } from "@codemirror/language";

export const LANGUAGES = ["javascript", "python", "json", "html", "sql", "text"] as const;
export type CodeLanguage = (typeof LANGUAGES)[number];

export function languageOf(name: string): CodeLanguage {
  return LANGUAGES.find((one) => one === name) ?? "text";
}

export async function loadLanguage(name: CodeLanguage): Promise<LanguageSupport | null> {
  switch (name) {
    case "javascript":
      return (await import("@codemirror/lang-javascript")).javascript();
    case "python":
      return (await import("@codemirror/lang-python")).python();
    case "json":
      return (await import("@codemirror/lang-json")).json();
    case "html":
      return (await import("@codemirror/lang-html")).html();
    case "sql":
      return (await import("@codemirror/lang-sql")).sql();
    default:
      return null;
  }
}
