/**
 * Writes apps/job/options/option_texts.ts: what each option of a loss, a penalty, a trick and a rule of play means, from
 * the comments above them in src. There they reach a user's editor by the types; at run time the library has none of them.
 */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
import { formatted } from "./manifest.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
export const optionTextsPath = join(repository, "apps", "job", "options", "option_texts.ts");

/** Registries of the public `gan`, by what the command line calls their entries. */
const registries = { loss: "losses", penalty: "penalties", trick: "tricks", play: "plays" };

/**
 * The sentence that the comment of an option ends with.
 *
 * @param {import("../src/choices/options.ts").OptionSpec} spec
 */
export function rangeSentence(spec) {
  if ("choices" in spec) {
    return `One of ${spec.choices.map((choice) => `"${choice}"`).join(", ")}, default "${spec.default}".`;
  }
  if (!("low" in spec)) return `True or false, default ${spec.default}.`;
  const range = `from ${written(spec.low)} to ${written(spec.high)}, default ${written(spec.default)}.`;
  return spec.whole ? `A whole number ${range}` : `F${range.slice(1)}`;
}

/** @param {number} value */
function written(value) {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e6 || size < 1e-3) ? value.toExponential().replace("+", "") : String(value);
}

/**
 * The comments, by registry, entry and option, as an editor shows them.
 *
 * @param {string} entry a module whose `gan` has the registries
 * @param {object} [settings] of the compiler
 * @returns {Record<string, Record<string, Record<string, string>>>}
 */
export function optionComments(entry, settings = {}) {
  // Its checker can be asked; that of the present compiler is another program.
  const ts = createRequire(import.meta.url)("typescript-5.9");
  const program = ts.createProgram([entry], {
    ...ts.convertCompilerOptionsFromJson(settings, repository).options,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const namesOf = (/** @type {any} */ type) =>
    type.getProperties().map((/** @type {any} */ symbol) => [symbol.name, symbol, checker.getTypeOfSymbol(symbol)]);
  const under = (/** @type {any} */ type, /** @type {string} */ name) =>
    namesOf(type).find((/** @type {any} */ [known]) => known === name)[2];
  const gan = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)))
    .find((/** @type {any} */ { name }) => name === "gan");
  const exported = checker.getExportsOfModule(checker.getAliasedSymbol(gan));
  return Object.fromEntries(
    Object.entries(registries).map(([kind, name]) => {
      const registry = exported.find((/** @type {any} */ symbol) => symbol.name === name);
      const entries = namesOf(checker.getTypeOfSymbol(checker.getAliasedSymbol(registry)));
      return [
        kind,
        Object.fromEntries(
          entries.map((/** @type {any} */ [entryName, , type]) => [
            entryName,
            Object.fromEntries(
              namesOf(under(type, "options")).map((/** @type {any} */ [option, symbol]) => [
                option,
                ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, " "),
              ]),
            ),
          ]),
        ),
      ];
    }),
  );
}

/**
 * The text of option_texts.ts, made anew.
 *
 * @returns {Promise<string>}
 * @throws where a comment is missing, or does not end with the range and the default that the option has
 */
export async function generateOptionTexts() {
  const { compilerOptions } = JSON.parse(await readFile(join(repository, "tsconfig.json"), "utf8"));
  const comments = optionComments(join(repository, "src", "index.ts"), compilerOptions);
  const { code } = await bundle({ entry: "src/index.ts", sourcemap: false });
  const { gan } = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
  /** @type {typeof comments} */
  const texts = {};
  for (const [kind, entries] of Object.entries(comments)) {
    texts[kind] = {};
    for (const [name, options] of Object.entries(entries)) {
      /** @type {Record<string, string>} */
      const of = {};
      const { options: specs } = gan[registries[/** @type {keyof typeof registries} */ (kind)]][name];
      for (const [option, comment] of Object.entries(options)) {
        const range = rangeSentence(specs[option]);
        if (!comment.endsWith(`. ${range}`) || comment.length < range.length + 10) {
          throw new Error(`The comment of "${option}" of ${name}, "${comment}", must end with "${range}"`);
        }
        of[option] = begun(comment.slice(0, -range.length - 2));
      }
      if (Object.keys(of).length > 0) texts[kind][name] = of;
    }
  }
  return formatted(
    optionTextsPath,
    `
    // Generated from the comments in src/gan by tools/option_texts.mjs. Do not edit; run: npm run option-texts

    /** What each option means: by kind, name and option. */
    export const optionTexts: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> =
      ${JSON.stringify(texts)};
  `,
  );
}

/**
 * A sentence's begin, in the middle of a line.
 *
 * @param {string} text
 */
function begun(text) {
  return /^[A-Z][a-z ]/.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(optionTextsPath, await generateOptionTexts());
  console.log(`Wrote ${relative(process.cwd(), optionTextsPath)}.`);
}
