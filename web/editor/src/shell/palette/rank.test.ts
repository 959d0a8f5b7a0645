import { expect, test } from "vitest";
import { ranked } from "./rank";

const all = [
  { title: "Run to the selected node", words: ["run.to"] },
  { title: "Run", words: ["execute"] },
  { title: "Überblick", words: ["dashboard"] },
  { title: "Truncate", words: [] },
];
const titles = (typed: string) => ranked(typed, all, 9).map((one) => one.title);

test("the whole title comes before the begin of one, and that before the middle", () => {
  expect(titles("run")).toEqual(["Run", "Run to the selected node", "Truncate"]);
});

test("every word that is typed has to fit", () => {
  expect(titles("run node")).toEqual(["Run to the selected node"]);
});

test("marks on letters do not matter", () => expect(titles("uber")).toEqual(["Überblick"]));

test("other words find it too", () => expect(titles("execute")).toEqual(["Run"]));

test("letters that are left out are forgiven from the begin of a word", () => {
  expect(titles("slnode")).toEqual(["Run to the selected node"]);
});

test("signs that mean something in a pattern are letters", () => expect(titles("(.*")).toEqual([]));

test("everything comes in its order where nothing is typed", () => {
  expect(titles(" ")).toEqual(all.map((one) => one.title));
});

test("a thousand entries are ranked within a frame", () => {
  const many = Array.from({ length: 1_000 }, (_, at) => ({
    title: `Workflow number ${at} of many`,
    words: ["flow", "step"],
  }));
  const took = Array.from({ length: 5 }, () => {
    const begun = performance.now();
    ranked("wrkflw 99", many, 8);
    return performance.now() - begun;
  });
  expect(Math.min(...took)).toBeLessThan(16);
});
