/** How editors look: all of it from the properties of the theme. */

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colour = (name: string) => `var(--penstock-color-${name})`;

const TOKENS = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null], color: colour("wait") },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: colour("good") },
  { tag: [tags.number, tags.special(tags.variableName)], color: colour("accent") },
  { tag: [tags.comment], color: colour("muted"), fontStyle: "italic" },
  { tag: [tags.propertyName, tags.attributeName], color: colour("text") },
  { tag: [tags.brace], color: colour("accent"), fontWeight: "700" },
  { tag: [tags.tagName, tags.typeName, tags.className], color: colour("wait") },
  { tag: [tags.escape], color: colour("warn") },
  { tag: [tags.invalid], color: colour("bad") },
]);

export const LOOK = [
  syntaxHighlighting(TOKENS),
  EditorView.theme({
    "&": { color: colour("text"), backgroundColor: colour("surface"), fontSize: "13px" },
    "&.cm-focused": { outline: "none" },
    ".cm-content": {
      fontFamily: "var(--penstock-font-mono)",
      caretColor: colour("text"),
      padding: "5px 0",
    },
    ".cm-line": { padding: "0 9px" },
    ".cm-cursor": { borderLeftColor: colour("text") },
    ".cm-placeholder": { color: colour("muted") },
    ".cm-gutters": {
      color: colour("muted"),
      backgroundColor: colour("sunken"),
      border: "none",
    },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
    "&.cm-focused .cm-activeLineGutter": { color: colour("text"), fontWeight: "700" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
      { backgroundColor: colour("accent-soft") },
    ".cm-tooltip": {
      color: colour("text"),
      backgroundColor: colour("raised"),
      border: `1px solid ${colour("line")}`,
      borderRadius: "var(--penstock-radius-small)",
      boxShadow: "var(--penstock-shadow-high)",
      overflow: "hidden",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--penstock-font-mono)" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
      color: colour("text"),
      backgroundColor: colour("accent-soft"),
    },
    ".cm-completionDetail": { color: colour("muted"), fontStyle: "normal" },
    "&.cm-focused .cm-matchingBracket": {
      backgroundColor: colour("accent-soft"),
      outline: `1px solid ${colour("accent")}`,
    },
    ".cm-diagnostic": { padding: "4px 8px" },
    ".cm-panels": { color: colour("text"), backgroundColor: colour("sunken") },
  }),
];
