// The one door between the host and this VM: `dispatch(operation, text)` answers with a text whose
// first character says what the rest is: R a result, E an error, H requests to the host, P promises
// are pending, D done.
(function (P) {
  "use strict";
  const parse = JSON.parse, stringify = JSON.stringify;

  P.operations = {
    ...P.code,
    begin(header) {
      const parsed = parse(header);
      P.start(parsed.ctx ?? {});
      P.expressions.begin(header, parsed);
      return "D";
    },
    chunk(body) {
      return "R" + P.expressions.chunk(body);
    },
    // Header and first chunk in one crossing: a line each.
    first(body) {
      const cut = body.indexOf("\n");
      P.operations.begin(body.slice(0, cut));
      return P.operations.chunk(body.slice(cut + 1));
    },
  };

  const OPERATIONS = ["begin", "chunk", "prepare", "items", "run", "poll", "reply", "next", "first"];

  P.dispatch = function (operation, body) {
    try {
      return P.operations[OPERATIONS[operation]](body);
    } catch (error) {
      return "E" + stringify({ error: P.describe(error) });
    }
  };
})(globalThis.__penstock ??= {});
