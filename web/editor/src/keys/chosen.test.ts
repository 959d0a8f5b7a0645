import { describe, expect, test } from "vitest";
import { readChosen, takenBy } from "./chosen";
import { COMMAND_BY_ID, COMMANDS, type Command } from "./commands";

function command(id: string): Command {
  const found = COMMAND_BY_ID.get(id);
  if (!found) {
    throw new Error(id);
  }
  return found;
}

describe("what was stored", () => {
  test("is read as it was written", () => {
    expect(readChosen('{"pin":["Mod+P"]}')).toEqual({ pin: ["Mod+P"] });
  });

  test.each(["{", "null", "[]", '"x"', '{"pin":"P"}', '{"pin":[1]}', '{"pin":[""]}'])(
    "chooses nothing when it is %s",
    (text) => expect(readChosen(text)).toEqual({}),
  );
});

describe("keys that are taken", () => {
  test("are those of another command", () => {
    expect(takenBy("D", command("pin"), COMMANDS, {})?.id).toBe("disable");
  });

  test("are free again when the other command was given others", () => {
    expect(takenBy("D", command("pin"), COMMANDS, { disable: ["Mod+B"] })).toBeUndefined();
  });

  test("are taken by what somebody chose too", () => {
    expect(takenBy("Mod+B", command("pin"), COMMANDS, { disable: ["Mod+B"] })?.id).toBe("disable");
  });

  test("are not taken by the command itself", () => {
    expect(takenBy("P", command("pin"), COMMANDS, {})).toBeUndefined();
  });

  test("of a panel may be those of the canvas behind it", () => {
    expect(takenBy("Escape", command("panel.close"), COMMANDS, {})).toBeUndefined();
  });
});
