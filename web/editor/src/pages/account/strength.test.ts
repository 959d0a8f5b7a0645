import { expect, test } from "vitest";
import { strengthOf } from "./strength";

test.each([
  ["", "short"],
  ["a1B!c2D?", "short"],
  ["aaaaaaaaaaaaaaaa", "weak"],
  ["password12345", "weak"],
  ["Passwort1234567", "weak"],
  ["correcthorse", "fair"],
  ["correct horse battery", "good"],
  ["xK9#mQ2$vL7!", "good"],
])("%s is %s", (password, level) => expect(strengthOf(password)).toBe(level));
