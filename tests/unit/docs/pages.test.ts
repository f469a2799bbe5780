/** The readme, the pages of docs and what stands beside them: all that they name is there, and they say what is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { blocksOf } from "../../readme/blocks.ts";
import { changelog, codeOf, fragmentsOf, linksOf, pageOf, pages, prose, repository, tableUnder } from "./pages.ts";

const filesUnder = (folder: string): string[] =>
  readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" }).map(
    (name) => `${folder}/${name.replaceAll("\\", "/")}`,
  );
const folders = ["src", "apps", "bench", "docs", "examples", "shaders", "tests", "tools", ".ci", ".github"];
const namesOfFiles = new Set(
  folders
    .filter((folder) => existsSync(join(repository, folder)))
    .flatMap((folder) => filesUnder(folder).map((path) => posix.basename(path))),
);

describe.each([...pages, changelog])("$path", ({ path, text }) => {
  test("links to files that exist, and to headings in them", () => {
    for (const link of linksOf(text)) {
      const [file = "", fragment] = link.split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), file);
      expect(existsSync(join(repository, target)), link).toBe(true);
      if (fragment !== undefined) {
        expect(fragmentsOf(readFileSync(join(repository, target), "utf8")), link).toContain(fragment);
      }
    }
  });
});

describe.each(pages)("$path", ({ text }) => {
  test("names files and folders that exist", () => {
    for (const code of codeOf(text)) {
      const [folder = ""] = code.split("/");
      if (/^[\w./-]+$/.test(code) && folders.includes(folder)) {
        expect(existsSync(join(repository, code)), code).toBe(true);
      } else if (/^[\w-]+\.(?:ts|mjs|wgsl)$/.test(code)) {
        expect(namesOfFiles, code).toContain(code);
      }
    }
  });

  test("shows pieces of the source as they are", () => {
    for (const { info, text: shown } of blocksOf(text)) {
      const [, path] = /^source=(.+)$/.exec(info) ?? [];
      if (path !== undefined) expect(readFileSync(join(repository, path), "utf8"), path).toContain(shown);
    }
  });

  test("names commands that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    for (const [, name] of text.matchAll(/\bnpm run ([\w:-]+)/g)) expect(scripts).toHaveProperty([name ?? ""]);
  });

  test("says what is, not what was", () => {
    const words = /\b(?:now|no longer|any ?more|used to|formerly|previously|recently|originally|until now|so far)\b/gi;
    expect(prose(text).match(words) ?? []).toEqual([]);
  });
});

test("the readme is what a newcomer needs, and leads to everything else", () => {
  expect(pageOf("README.md").text.split("\n").length).toBeLessThan(160);
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    if (!path.endsWith(".md")) return;
    for (const link of linksOf(readFileSync(join(repository, path), "utf8"))) {
      const [file = ""] = link.split("#");
      if (file !== "") visit(posix.join(posix.dirname(path), file));
    }
  };
  visit("README.md");
  for (const { path } of pages) expect(reached, path).toContain(path);
});

test("the architecture page lists every room of src, each above those that it is used by", () => {
  const rooms = tableUnder(pageOf("docs/architecture.md").text, ["room", "what it holds"]).map(([room = ""]) =>
    room.replaceAll("`", ""),
  );
  const there = readdirSync(join(repository, "src"), { withFileTypes: true });
  expect(rooms.toSorted()).toEqual(
    there.flatMap((each) => (each.isDirectory() ? [`src/${each.name}`] : [])).toSorted(),
  );
  const roomOf = (path: string) => rooms.indexOf(path.split("/").slice(0, 2).join("/"));
  for (const path of filesUnder("src").filter((each) => each.endsWith(".ts") && dirname(each) !== "src")) {
    for (const [, target = ""] of readFileSync(join(repository, path), "utf8").matchAll(/\bfrom "(\.[^"]+\.ts)"/g)) {
      expect(roomOf(posix.join(posix.dirname(path), target)), `${path} imports ${target}`).toBeLessThanOrEqual(
        roomOf(path),
      );
    }
  }
});

test("the sizes of bundles that the pages name are those that the tests of the package hold", () => {
  const tests = readFileSync(join(repository, "tests/unit/package/package.test.ts"), "utf8");
  const named = pageOf("docs/guarantees.md").text.matchAll(/\b(\d+)(?:\.(\d))? kB\b/g);
  const sizes = [...named].map(([, whole, tenths = 0]) => `${whole}_${tenths}00`);
  expect(sizes.length).toBeGreaterThan(0);
  for (const size of sizes) expect(tests).toContain(`toBeLessThan(${size})`);
});
