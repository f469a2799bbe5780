import { expect, test } from "vitest";
import { printable, printableLines } from "../../../tools/terminal/printable.mjs";

test.each([
  ["digits.gz", "digits.gz"],
  ["Ziffern und Fréchet 数字 🙂 👩‍🚀.png", "Ziffern und Fréchet 数字 🙂 👩‍🚀.png"],
  ["\u001b[2J\u001b]0;title\u0007", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"],
  ["\u009b31m", "\\u{9b}31m"],
  ["two\nlines\r\n", "two\\u{a}lines\\u{d}\\u{a}"],
  ["cut\0off\b\u007f", "cut\\u{0}off\\u{8}\\u{7f}"],
  ["photo\u202egpj.exe", "photo\\u{202e}gpj.exe"],
  ["a\u2066b\u2069c\u200ed", "a\\u{2066}b\\u{2069}c\\u{200e}d"],
  ["a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"],
  ["zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"],
  ["tag\u{e0041}", "tag\\u{e0041}"],
  ["half \ud83d of one", "half \\u{d83d} of one"],
])("%j is printed as %j", (text, printed) => {
  expect(printable(text)).toBe(printed);
});

test("every control character is replaced", () => {
  const all = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join("");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
  expect(printable(all)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});

test("lines can be kept, and nothing else", () => {
  expect(printableLines("one\r\n\ttwo \u001b[1m\n\u202e")).toBe("one\n  two \\u{1b}[1m\n\\u{202e}");
});
