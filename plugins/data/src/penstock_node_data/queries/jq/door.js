// The door: one program, one value, its results.

const programs = new Map();
function program(text) {
  if (!programs.has(text)) {
    if (text.length > 100_000) throw new JqError("the program is longer than 100,000 characters");
    const list_ = words(text);
    programs.set(text, list_.length ? parse(list_) : { op: "self" });
  }
  return programs.get(text);
}
function ask({ value, query, most }) {
  const found = [];
  try {
    run(program(query), value ?? null, null, null, (x) => {
      if (found.length >= most) throw new JqError(`it gives more than ${most} results`);
      found.push(x === undefined ? null : x);
    });
  } catch (error) {
    if (error instanceof Break) return { error: "break without its label" };
    if (!(error instanceof JqError)) {
      if (error instanceof RangeError || error instanceof TypeError || /stack/i.test(String(error))) return { error: String(error.message) };
      throw error;
    }
    return { error: error.message };
  }
  return { found };
}
