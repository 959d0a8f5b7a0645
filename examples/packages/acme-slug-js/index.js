// Turn a title into the last part of an address. Runs in the sandbox.
import { words } from "./lib/words.js";

export async function run(ctx, items) {
  return items.map((item, i) => ({
    json: { ...item.json, slug: words(ctx.param("title", i)).join(ctx.param("separator", i)) },
  }));
}
