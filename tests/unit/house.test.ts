/** What keeps the house small enough to be known: short files, short folders, and types that say what is so. */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript-5.9";
import { describe, expect, test } from "vitest";

const mostLines = 300;
const mostFiles = 20;
/** Folders with a file for each entry, which may have any number of them. */
const registries = ["gan/losses", "gan/penalties", "nn/layers", "probes/rules"];
/** Casts other than `as const`, in all of src. */
const mostCasts = 200;

interface Source {
  readonly path: string;
  readonly text: string;
}

const folder = fileURLToPath(new URL("../../src", import.meta.url));
const sources: readonly Source[] = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ path: name.replaceAll("\\", "/"), text: readFileSync(`${folder}/${name}`, "utf8") }));

const isGenerated = ({ text }: Source) => /^\/\/ Generated .* Do not edit/m.test(text);

/** Each cast but `as const`, each `any`, and each `!` behind an expression, as "file:line text". */
function shortcuts({ path, text }: Source): { casts: string[]; anys: string[]; bangs: string[] } {
  const found = { casts: [] as string[], anys: [] as string[], bangs: [] as string[] };
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    const named = `${path}:${line + 1} ${node.getText(file).replace(/\s+/g, " ").slice(0, 60)}`;
    if (ts.isAsExpression(node) && !ts.isConstTypeReference(node.type)) found.casts.push(named);
    if (ts.isTypeAssertionExpression(node)) found.casts.push(named);
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.anys.push(named);
    if (ts.isNonNullExpression(node)) found.bangs.push(named);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

describe("the source", () => {
  const all = sources.map(shortcuts);

  test(`has no file of more than ${mostLines} lines, but generated ones`, () => {
    const long = sources.filter((source) => source.text.split("\n").length - 1 > mostLines && !isGenerated(source));
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test(`has no folder of more than ${mostFiles} files, but registries`, () => {
    const counts = new Map<string, number>();
    for (const { path } of sources) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
    const full = [...counts].filter(([name, count]) => count > mostFiles && !registries.includes(name));
    expect(full).toEqual([]);
  });

  test("has no any, and no ! behind an expression", () => {
    expect(all.flatMap(({ anys }) => anys)).toEqual([]);
    expect(all.flatMap(({ bangs }) => bangs)).toEqual([]);
  });

  test(`has fewer than ${mostCasts} casts`, () => {
    expect(all.flatMap(({ casts }) => casts).length).toBeLessThan(mostCasts);
  });
});

test("the check itself sees what it counts", () => {
  const text =
    "const a = [1 as number] as const; const b: any = <string>c; const d = a[0]!; const e = f as unknown as G;";
  const { casts, anys, bangs } = shortcuts({ path: "a.ts", text });
  expect(casts).toHaveLength(4);
  expect(anys).toHaveLength(1);
  expect(bangs).toEqual(["a.ts:1 a[0]!"]);
});
