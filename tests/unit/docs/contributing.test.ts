/** The newcomer's test: each question of CONTRIBUTING.md is answered by the names of folders, in two steps at most. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pageOf, repository, tableUnder } from "./pages.ts";

const { text } = pageOf("CONTRIBUTING.md");
const rows = tableUnder(text, ["question", "folder", "folder", "file", "look for"]);
const bare = (cell = "") => cell.replaceAll("`", "");

test("there are twelve questions, each with an answer of its own", () => {
  expect(rows).toHaveLength(12);
  expect(new Set(rows.map(([question]) => question)).size).toBe(12);
  expect(new Set(rows.map((cells) => cells.slice(1, 4).join("/"))).size).toBe(12);
});

describe.each(rows.map(([question = "", ...answer]) => ({ question, answer: answer.map(bare) })))(
  "$question",
  ({ question, answer: [first = "", second = "", file = "", name = ""] }) => {
    test("leads there", () => {
      expect(question).toMatch(/^(?:Where|Which|What|Who|When|How) .*\?$/);
      // Each is one step: a room, from src or from the root, and a room in it.
      expect(first).toMatch(/^(?:src\/)?[a-z]+$/);
      expect(second).toMatch(/^[a-z]*$/);
      expect(file).toMatch(/^[\w.]+\.(?:ts|mjs)$/);
      const path = join(repository, first, second, file);
      expect(existsSync(path) && statSync(path).isFile(), path).toBe(true);
      expect(readFileSync(path, "utf8")).toMatch(new RegExp(`\\b${name}\\b`));
    });
  },
);

test("the page says that the changelog is kept, and which complexity is refused", () => {
  expect(text).toContain("[The changelog](CHANGELOG.md) is kept");
  expect(text).toContain("## What is not taken");
});

test("the changelog is in the form that it names, up to the version of the package", () => {
  const changelog = readFileSync(join(repository, "CHANGELOG.md"), "utf8");
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const [first, second, ...rest] = [...changelog.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
  expect(first).toBe("[Unreleased]");
  expect(second).toMatch(new RegExp(`^\\[${version.replaceAll(".", "\\.")}\\] - \\d{4}-\\d\\d-\\d\\d$`));
  for (const each of rest) expect(each).toMatch(/^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/);
  for (const [, kind] of changelog.matchAll(/^### (.*)$/gm)) {
    expect(["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]).toContain(kind);
  }
});
