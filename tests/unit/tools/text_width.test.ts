import { describe, expect, test } from "vitest";
import { cutToWidth, filled, fittingParts, textWidth } from "../../../tools/terminal/text_width.mjs";

test.each([
  ["", 0],
  ["step 1/2", 8],
  ["Fréchet", 7],
  ["Fre\u0301chet", 7],
  ["数字", 4],
  ["ｱｲ", 2],
  ["한국어", 6],
  ["한", 2],
  ["Ａ", 2],
  ["🙂", 2],
  ["👩‍🚀", 2],
  ["🇫🇷", 2],
  ["❤️", 2],
  ["©", 1],
  ["→ ×", 3],
])("%j takes %i columns", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

describe("a text that is cut", () => {
  test.each([
    ["digits", 6, "digits"],
    ["digits", 5, "di..."],
    ["digits", 3, "dig"],
    ["数字数字", 7, "数字..."],
    ["数字数字", 6, "数..."],
    ["数字", 1, ""],
    ["🙂🙂🙂", 5, "🙂..."],
  ])("%j in %i columns is %j", (text, columns, cut) => {
    expect(cutToWidth(text, columns)).toBe(cut);
    expect(textWidth(cut)).toBeLessThanOrEqual(columns);
  });
});

test("parts that do not fit make way for those behind them", () => {
  const parts = ["数字", "a long part", "short"];
  expect([22, 21, 12, 11, 10, 3].map((columns) => fittingParts(parts, columns))).toEqual([
    "数字  a long part",
    "数字  a long part",
    "数字  short",
    "数字  short",
    "数字",
    "数",
  ]);
});

describe("a text that is filled", () => {
  test.each([
    ["one two three", 13, "one two three"],
    ["one two three", 12, "one two\nthree"],
    ["one\ntwo three", 5, "one\ntwo\nthree"],
    ["  one two three", 9, "  one two\n  three"],
    ["Files   a, b, c", 13, "Files   a, b,\n        c"],
    ["数字 数字 数字", 9, "数字 数字\n数字"],
    ["a/path/without/spaces in it", 10, "a/path/without/spaces\nin it"],
    ["", 5, ""],
  ])("%j in %i columns", (text, columns, expected) => {
    expect(filled(text, columns)).toBe(expected);
  });
});
