/**
 * A part of each kind is added to a copy of the tree: it takes the files that docs/adding.md says, and each one that is left out
 * does not compile, or fails a test of those that the page names, with the part's name in the message.
 */
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, pageOf, tableUnder } from "../../../unit/docs/pages.ts";
import { type Recipe, recipes } from "./recipes.ts";
import { copyTree, type Tree } from "./tree.ts";

const rows = tableUnder(pageOf("docs/adding.md").text, ["adding", "touches", "is held by"]).map(
  ([kind = "", touches = "", tests = ""]) => ({ kind, touches: codeOf(touches).toSorted(), tests: codeOf(tests) }),
);

/** What the page calls the touches of a recipe: folders of new files, files, and commands. */
const named = ({ touches, generates = {} }: Recipe) => [
  ...Object.entries(touches).map(([path, edit]) => (typeof edit === "string" ? dirname(path) : path)),
  ...Object.keys(generates).map((script) => `npm run ${script}`),
];

/** A file before and after a part is added. */
interface Touch {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

async function add(tree: Tree, { touches, generates = {} }: Recipe): Promise<Touch[]> {
  const done: Touch[] = [];
  for (const [path, edit] of Object.entries(touches)) {
    const before = await tree.read(path);
    const after = typeof edit === "string" ? edit : edit(before ?? "");
    await tree.write(path, after);
    done.push({ path, before, after });
  }
  const { scripts } = JSON.parse((await tree.read("package.json")) ?? "");
  for (const [script, path] of Object.entries(generates)) {
    const before = await tree.read(path);
    const [, tool = ""] = /^node (\S+)$/.exec(scripts[script]) ?? [];
    expect(await tree.run(tool), script).toBeUndefined();
    done.push({ path, before, after: (await tree.read(path)) ?? "" });
  }
  return done;
}

/** What the compiler says, or else the tests; nothing where all is well. */
const complaint = async (tree: Tree, tests: readonly string[]) =>
  (await tree.run("node_modules/typescript/bin/tsc", "-p", "tsconfig.json")) ??
  (await tree.run("node_modules/vitest/vitest.mjs", "run", "--project", "unit", "--reporter=dot", ...tests));

let tree: Tree;
beforeAll(async () => {
  tree = await copyTree();
}, 60_000);
afterAll(() => tree?.remove());

test("every row of docs/adding.md is tried", () => {
  expect(recipes.map(({ kind }) => kind).toSorted()).toEqual(rows.map(({ kind }) => kind).toSorted());
});

// One after the other: each comes to a tree that has those before.
describe.each(recipes)("$kind", (recipe) => {
  const row = rows.find(({ kind }) => kind === recipe.kind);

  test("touches what the page says, and then all is well", async () => {
    expect(named(recipe).toSorted()).toEqual(row?.touches);
    const touches = await add(tree, recipe);
    expect(await complaint(tree, row?.tests ?? [])).toBeUndefined();
    for (const { path, before, after } of touches) {
      await tree.write(path, before);
      const said = (await complaint(tree, row?.tests ?? [])) ?? "nothing";
      await tree.write(path, after);
      expect(said, `without ${path}`).toMatch(recipe.name);
    }
  });
});
