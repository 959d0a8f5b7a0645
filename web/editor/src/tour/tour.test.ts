import { beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
});
const { takeWanted, useTour, wantTour } = await import("./tour");

beforeEach(() => kept.clear());

test("somebody new gets the tour once", () => {
  wantTour();
  expect(takeWanted()).toBe(true);
  expect(takeWanted()).toBe(false);
});

test("who is not new gets none", () => {
  expect(takeWanted()).toBe(false);
});

test("who has seen it is not shown it again when he is invited somewhere else", () => {
  useTour.getState().begin();
  useTour.getState().end();
  wantTour();
  expect(takeWanted()).toBe(false);
});
