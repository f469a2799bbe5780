/** The pages that people read, and what they name. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../..", import.meta.url));

export interface Page {
  /** In the repository, such as "docs/data.md". */
  readonly path: string;
  readonly text: string;
}

const pageAt = (path: string): Page => ({ path, text: readFileSync(join(repository, path), "utf8") });

/** Markdown files of a folder, if there is one. */
const pagesIn = (folder: string): string[] =>
  existsSync(join(repository, folder))
    ? readdirSync(join(repository, folder))
        .filter((name) => name.endsWith(".md"))
        .sort()
        .map((name) => `${folder}/${name}`)
    : [];

/** What a reader is told; the changelog, which tells what was, stands apart. */
export const pages: readonly Page[] = ["README.md", "CONTRIBUTING.md", ...pagesIn("docs"), ...pagesIn("examples")].map(
  pageAt,
);
export const changelog: Page = pageAt("CHANGELOG.md");

export function pageOf(path: string): Page {
  const page = pages.find((each) => each.path === path);
  if (!page) throw new Error(`There is no page ${path}; there are ${pages.map((each) => each.path).join(", ")}.`);
  return page;
}

/** A page without its blocks of code. */
export const prose = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, "");

/** Targets of links and pictures, with their fragments; not those elsewhere on the web. */
export const linksOf = (text: string): string[] =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? "")
    .filter((target) => !/^https?:/.test(target));

/** Headings as the fragments that lead to them, as forges make them. */
export const fragmentsOf = (text: string): string[] =>
  [...prose(text).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/\s/g, "-"),
  );

/** What stands between backticks. */
export const codeOf = (text: string): string[] =>
  [...prose(text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");

/** The cells of every row of the tables of a text that has as many columns as these heads. */
export function tableUnder(text: string, heads: readonly string[]): string[][] {
  const cellsOf = (line: string) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
  const lines = prose(text).split("\n");
  const start = lines.findIndex(
    (line) => line.startsWith("|") && JSON.stringify(cellsOf(line)) === JSON.stringify(heads),
  );
  if (start < 0) throw new Error(`There is no table with the columns ${heads.join(", ")}.`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end < 0 ? rows.length : end).map(cellsOf);
}
