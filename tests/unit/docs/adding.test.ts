/**
 * The parts that `tests/slow/unit/adding` adds to a copy of the tree are still added where they say: a change here that they must
 * follow shows at once, and not first in the slow test.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inWords, rows } from "../../slow/unit/adding/page.ts";
import { recipes } from "../../slow/unit/adding/recipes.ts";
import { repository } from "./pages.ts";

test.each(recipes)("$kind is added with the files that docs/adding.md says", (recipe) => {
  const { kind, touches } = inWords(recipe);
  expect(touches).toEqual(rows.find((row) => row.kind === kind)?.touches);
  for (const [path, edit] of Object.entries(recipe.touches)) {
    if (typeof edit === "string") continue;
    const before = readFileSync(join(repository, path), "utf8");
    expect(edit(before), path).not.toBe(before);
  }
});

test("every row of the page is tried", () => {
  expect(recipes.map(({ kind }) => kind)).toEqual(rows.map(({ kind }) => kind));
});
