/** What a test holds a result against is not taken from a program that shows it: oracles live in tests/reference. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const tests = fileURLToPath(new URL("..", import.meta.url));

/** Tests of the apps themselves, and of the tools that run them. */
const mayImportApps = /^(unit|gpu|slow\/gpu|slow\/unit)\/(apps|tools)\//;

test("only tests of apps import from them", () => {
  const names = readdirSync(tests, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const importing = names
    .filter((name) => name.endsWith(".ts") && !mayImportApps.test(name))
    .filter((name) => /from "[./]+\/apps\//.test(readFileSync(`${tests}/${name}`, "utf8")));
  expect(names.length).toBeGreaterThan(100);
  expect(importing).toEqual([]);
});
