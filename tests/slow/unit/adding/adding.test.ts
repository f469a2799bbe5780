/**
 * A part of each kind is added to a copy of the tree: that takes the files that docs/adding.md says, and each one that is left out
 * does not compile, or fails a test of those that the page names, with the part's name in the message.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testsOf } from "./page.ts";
import { type Edit, type Recipe, recipes } from "./recipes.ts";
import { copyTree, type Tree } from "./tree.ts";

const minute = 60_000;

/** What a part does to one file. */
interface Touch {
  readonly recipe: Recipe;
  readonly path: string;
  readonly edit: string | Edit;
}

const touches: Touch[] = recipes.flatMap((recipe) =>
  Object.entries(recipe.touches).map(([path, edit]) => ({ recipe, path, edit })),
);
const originals = new Map<string, string | undefined>();

/** A file with all parts but those touches. */
const textOf = (path: string, leftOut: readonly Touch[]) =>
  touches
    .filter((touch) => touch.path === path && !leftOut.includes(touch))
    .reduce((text, { edit }) => (typeof edit === "string" ? edit : edit(text ?? "")), originals.get(path));

async function writeAll(tree: Tree, leftOut: readonly Touch[] = []): Promise<void> {
  for (const path of new Set(touches.map((touch) => touch.path))) await tree.write(path, textOf(path, leftOut));
}

/** A script of package.json, which is a program of Node or Vitest's. */
function runScript(tree: Tree, script: string): Promise<string> {
  const [program = "", ...words] = script.split(" ");
  return program === "node" ? tree.run(words.join(" ")) : tree.run(`node_modules/${program}/${program}.mjs`, ...words);
}

/** Adds all parts, one after the other, with what commands generate for them. */
async function add(tree: Tree): Promise<void> {
  for (const { path } of touches) originals.set(path, await tree.read(path));
  await writeAll(tree);
  const { scripts } = JSON.parse((await tree.read("package.json")) ?? "");
  for (const recipe of recipes) {
    for (const [script, path] of Object.entries(recipe.generates ?? {})) {
      originals.set(path, await tree.read(path));
      expect(await runScript(tree, scripts[script]), script).toBe("");
      touches.push({ recipe, path, edit: (await tree.read(path)) ?? "" });
    }
  }
}

const compile = (tree: Tree) => tree.run("node_modules/typescript/bin/tsc", "-p", "tsconfig.json");
const runTests = (tree: Tree, of: readonly Recipe[]) =>
  tree.run(
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    "unit",
    "--reporter=dot",
    `--testTimeout=${10 * minute}`,
    ...new Set(of.flatMap(testsOf)),
  );

/** What was said when a touch was left out. */
const said = new Map<Touch, string>();

/** Leaves out one touch of each part at a time. What the compiler lets pass is for the tests. */
async function leaveOut(tree: Tree): Promise<void> {
  const rounds = recipes.map((recipe) => touches.filter((touch) => touch.recipe === recipe));
  for (let round = 0; rounds.some((each) => round < each.length); round++) {
    const missing = rounds.flatMap((each) => each[round] ?? []);
    await writeAll(tree, missing);
    const compiled = await compile(tree);
    const uncompiled = missing.filter(({ recipe }) => recipe.name.test(compiled));
    const compiling = missing.filter((touch) => !uncompiled.includes(touch));
    await writeAll(tree, compiling);
    const tested =
      compiling.length > 0
        ? await runTests(
            tree,
            compiling.map(({ recipe }) => recipe),
          )
        : "";
    for (const touch of missing) said.set(touch, uncompiled.includes(touch) ? compiled : tested);
  }
}

let tree: Tree;
beforeAll(async () => {
  tree = await copyTree();
}, minute);
afterAll(() => tree?.remove());

test(
  "with all that the page says, everything compiles, and the tests that it names pass",
  async () => {
    await add(tree);
    expect(await compile(tree)).toBe("");
    expect(await runTests(tree, recipes)).toBe("");
  },
  10 * minute,
);

describe("what is left out", () => {
  beforeAll(() => leaveOut(tree), 20 * minute);

  test.each(recipes)("of $kind is told by its name", (recipe) => {
    for (const [touch, text] of said) {
      if (touch.recipe === recipe) expect(text, `without ${touch.path}`).toMatch(recipe.name);
    }
  });
});
