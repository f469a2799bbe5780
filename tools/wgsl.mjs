/** How `import source from "./x.wgsl"` becomes text: one plugin for the bundler, one for the test runner. */
import { readFile } from "node:fs/promises";

/**
 * Removes comments, indentation and blank lines. WGSL has no string literals, so a comment mark always begins a
 * comment; line breaks stay, so that a compiler message still names a line short enough to read.
 *
 * @param {string} source
 * @returns {string}
 */
export function stripWgsl(source) {
  return withoutComments(source)
    .split("\n")
    .map((line) => line.trim().replace(/[ \t]+/g, " "))
    .filter((line) => line !== "")
    .join("\n");
}

/**
 * Also removes the spaces round operators and punctuation, line by line. Words stay apart, and so do operators that would
 * become another one; the name after `var<workgroup>` keeps its space, as all that the library looks for in its shaders.
 *
 * @param {string} source
 * @returns {string}
 */
export function minifyWgsl(source) {
  const spaces = /(?<=\w) (?=\W)|(?<=[-+*/%&|^<=!]) (?=\w)|(?<![-+*/%&|^<>=!\w]) | (?![-+*/%&|^<>=!\w])/g;
  return stripWgsl(source).replace(spaces, "");
}

/**
 * A shader as the library carries it: without what it never reads, which makes the file a shader of its own: bindings, the
 * entry point, and what a hook does until it is replaced.
 *
 * @param {string} source
 * @returns {string}
 */
export function templateWgsl(source) {
  const template = source
    .replace(/^@group.*;$/gm, "")
    .replace(/^@compute[\s\S]*$/m, "")
    .replace(/^(\/\/ hook:.*\n)((?:fn|struct) \w+)[\s\S]*?^}/gm, "$1$2 {}");
  return minifyWgsl(template);
}

/**
 * Block comments nest in WGSL, which no regular expression can follow.
 *
 * @param {string} source
 * @returns {string}
 */
function withoutComments(source) {
  let text = "";
  let depth = 0;
  for (let index = 0; index < source.length; ) {
    const pair = source.slice(index, index + 2);
    if (pair === "/*") {
      depth += 1;
      index += 2;
    } else if (depth > 0) {
      if (pair === "*/") {
        depth -= 1;
        text += " ";
        index += 2;
      } else {
        index += 1;
      }
    } else if (pair === "//") {
      const end = source.indexOf("\n", index);
      index = end < 0 ? source.length : end;
    } else {
      text += source[index];
      index += 1;
    }
  }
  return text;
}

/**
 * @param {{ minify: boolean }} options
 * @returns {import("esbuild").Plugin}
 */
export function wgslForEsbuild({ minify }) {
  return {
    name: "wgsl",
    setup(build) {
      build.onLoad({ filter: /\.wgsl$/ }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        return { contents: minify ? templateWgsl(source) : source, loader: "text" };
      });
    },
  };
}

/** @returns {import("vite").Plugin} */
export function wgslForVite() {
  return {
    name: "wgsl",
    transform(source, id) {
      if (!id.endsWith(".wgsl")) return undefined;
      return { code: `export default ${JSON.stringify(source)};`, map: null };
    },
  };
}
