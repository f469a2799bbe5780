/** What examples are: short, one idea each, written with the package alone, and listed. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const folder = fileURLToPath(new URL("../../../examples", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
const textOf = (name: string) => readFileSync(`${folder}/${name}`, "utf8");

test("there are at least ten, and README.md lists each once", () => {
  expect(names.length).toBeGreaterThanOrEqual(10);
  const listed = [...textOf("README.md").matchAll(/^\| \[`(\w+\.ts)`\]\((\w+\.ts)\) \| .+ \| .+ \|$/gm)];
  expect(listed.map(([, shown]) => shown).sort()).toEqual(names);
  for (const [, shown, address] of listed) expect(address).toBe(shown);
});

describe.each(names)("%s", (name) => {
  const text = textOf(name);

  test("has 20 to 40 lines", () => {
    const lines = text.trimEnd().split("\n").length;
    expect(lines).toBeGreaterThanOrEqual(20);
    expect(lines).toBeLessThanOrEqual(40);
  });

  test("says in one or two sentences what it shows", () => {
    const [, said = ""] = /^\/\*\* (.+) \*\/\n/.exec(text) ?? [];
    expect([1, 2]).toContain(said.match(/[.?](?= |$)/g)?.length);
  });

  test("imports from the package alone, prints, and exports nothing", () => {
    const imported = [...text.matchAll(/\bfrom "([^"]+)"/g)].map(([, from]) => from);
    expect(imported).toEqual(["saddlepoint"]);
    expect(text).toContain("console.log(");
    expect(text).not.toMatch(/^export /m);
  });
});
