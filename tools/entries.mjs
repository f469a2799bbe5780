/** Where the package's entries are in this repository: what an import of "saddlepoint" means here, so that code reads as a user would write it. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const repository = new URL("..", import.meta.url);

/** @type {{ exports: Readonly<Record<string, string | { default: string }>> }} */
const { exports } = JSON.parse(readFileSync(new URL("package.json", repository), "utf8"));

/**
 * Paths of source files by what is imported; longer names first, since bundlers take the first that fits.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const sourceEntries = Object.fromEntries(
  Object.entries(exports)
    .flatMap(([name, target]) => {
      const [, module] = /^\.\/dist\/(.*)\.js$/.exec(typeof target === "string" ? target : target.default) ?? [];
      if (module === undefined || module.endsWith(".min")) return [];
      return [[`saddlepoint${name.slice(1)}`, fileURLToPath(new URL(`src/${module}.ts`, repository))]];
    })
    .sort(([a = ""], [b = ""]) => b.length - a.length),
);
