/** Expressions: whether a value is one, what is in it, and how a field is named in one. */

export * from "./expression/path";
export {
  type Language,
  type Languages,
  namesUsed,
  type Reference,
  referencesIn,
  rewritten,
} from "./expression/references";
export {
  asFixed,
  asTemplate,
  type CodePart,
  codesOf,
  isExpression,
  isTyped,
  type Part,
  partsOf,
} from "./expression/template";
