import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { generateOptionTexts, optionTextsPath, rangeSentence } from "../../../../tools/option_texts.mjs";
import { loadChoices } from "../../../../tools/start/choices.mjs";

test("the texts of options are those of the comments in the library, which end with range and default", async () => {
  const [checkedIn, fresh] = await Promise.all([readFile(optionTextsPath, "utf8"), generateOptionTexts()]);
  expect(checkedIn, "run: npm run option-texts").toBe(fresh);
}, 60_000);

test("every option that the command line takes has a text", async () => {
  const { gameOptions } = await loadChoices();
  for (const entries of Object.values(gameOptions)) {
    for (const options of Object.values(entries)) {
      for (const [option, { about }] of Object.entries(options)) expect(about, option).toMatch(/\w{2}/);
    }
  }
});

test.each([
  [{ default: 0.1, low: 0, high: 0.5 }, "From 0 to 0.5, default 0.1."],
  [{ default: 2, low: 1, high: 16, whole: true }, "A whole number from 1 to 16, default 2."],
  [{ default: 1e-5, low: -1e6, high: 1e9 }, "From -1e6 to 1e9, default 1e-5."],
])("%o: %s", (spec, sentence) => expect(rangeSentence(spec)).toBe(sentence));
