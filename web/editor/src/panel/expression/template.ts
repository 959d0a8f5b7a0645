/** The language of expressions for the editor: text, with JavaScript between `{{` and `}}`. */

import { StreamLanguage } from "@codemirror/language";

interface State {
  inside: boolean;
  /** Braces of the code that are open. */
  depth: number;
  /** The quote that ends the text we are in; empty: none. */
  quote: string;
}

const KEYWORD =
  /^(?:true|false|null|undefined|new|typeof|instanceof|in|of|if|else|return|const|let|var|function|await|async|this|void)\b/;

export const TEMPLATE = StreamLanguage.define<State>({
  name: "template",
  startState: () => ({ inside: false, depth: 0, quote: "" }),
  token: (stream, state) => {
    if (!state.inside) {
      if (stream.match("\\{{")) {
        return "escape";
      }
      if (stream.match("{{")) {
        state.inside = true;
        state.depth = 0;
        return "brace";
      }
      stream.next();
      stream.eatWhile(/[^{\\]/);
      return null;
    }
    if (state.quote) {
      return inText(stream, state);
    }
    if (state.depth === 0 && stream.match("}}")) {
      state.inside = false;
      return "brace";
    }
    return inCode(stream, state);
  },
});

type Stream = Parameters<Parameters<typeof StreamLanguage.define<State>>[0]["token"]>[0];

function inText(stream: Stream, state: State): string {
  while (!stream.eol()) {
    const next = stream.next();
    if (next === "\\") {
      stream.next();
    } else if (next === state.quote) {
      state.quote = "";
      break;
    }
  }
  return "string";
}

function inCode(stream: Stream, state: State): string | null {
  if (stream.eatSpace()) {
    return null;
  }
  if (stream.match(/^\/\/.*/) || stream.match(/^\/\*.*?\*\//)) {
    return "comment";
  }
  if (stream.match(KEYWORD)) {
    return "keyword";
  }
  if (stream.match(/^\$\w*/)) {
    return "variableName.special";
  }
  if (stream.match(/^\d+(?:\.\d+)?/)) {
    return "number";
  }
  if (stream.match(/^\.[A-Za-z_]\w*/)) {
    return "propertyName";
  }
  if (stream.match(/^[A-Za-z_]\w*/)) {
    return "variableName";
  }
  const next = stream.next() ?? "";
  if (next === "'" || next === '"' || next === "`") {
    state.quote = next;
    return "string";
  }
  state.depth += next === "{" ? 1 : next === "}" ? -1 : 0;
  return "operator";
}
