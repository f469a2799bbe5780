/** `--config FILE`: the options of a training from a file, as words of the command line. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { reasonOf } from "../run/out_folder.mjs";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { listed } from "./read_choice.mjs";

/** @typedef {import("./choices.mjs").Choices} Choices */

/** Options whose values are paths, which a file means from where it lies. */
const paths = ["data", "labels", "out"];

/**
 * The words with those of the file that `--config` names before them. What the words say themselves, the file does not.
 *
 * @param {readonly string[]} words
 * @param {Choices} choices
 * @returns {Promise<readonly string[]>}
 * @throws {CommandLineError} for a file that can't be read, or says what no option is
 */
export async function withConfigFile(words, choices) {
  const at = words.findIndex((word) => word === "--config" || word.startsWith("--config="));
  const first = words[at];
  if (first === undefined) return words;
  const isApart = first === "--config";
  const path = isApart ? words[at + 1] : first.slice("--config=".length);
  if (path === undefined || path === "" || (isApart && path.startsWith("--"))) {
    throw new CommandLineError("--config needs the path of a file after it.");
  }
  const others = words.filter((_, i) => i !== at && !(isApart && i === at + 1));
  const given = new Set(others.map((word) => /^--([^=]*)/.exec(word)?.[1]));
  const chosen = Object.entries(await readConfig(path)).map(([name, value]) => [
    optionName(name, path, choices),
    value,
  ]);
  const ofFile = chosen.filter(([name]) => !given.has(/** @type {string} */ (name)));
  return [...ofFile.flatMap(([name, value]) => wordsOf(/** @type {string} */ (name), value, path, choices)), ...others];
}

/**
 * @param {string} path
 * @returns {Promise<Readonly<Record<string, unknown>>>}
 */
async function readConfig(path) {
  const isModule = /\.[cm]?js$/.test(path);
  const read = () =>
    isModule
      ? import(pathToFileURL(resolve(path)).href).then((module) => module.default)
      : readFile(path, "utf8").then(JSON.parse);
  const config = await read().catch((error) => {
    throw new CommandLineError(`--config ${path}: it can't be read (${whyNot(error)}); give ${wanted}.`);
  });
  const options = typeof config === "function" ? await config() : config;
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return options;
  throw new CommandLineError(
    `--config ${path}: it holds ${JSON.stringify(options) ?? typeof options}; give ${wanted}.`,
  );
}

const wanted =
  'a JSON file, such as { "loss": "hinge", "steps": 1000 }, or a module (.mjs) whose default export is that';

/** @param {unknown} error */
function whyNot(error) {
  if (error instanceof SyntaxError) return error.message;
  const code = Object(error).code;
  if (code === "ENOENT" || code === "ERR_MODULE_NOT_FOUND") return "there is no such file";
  return error instanceof Error && code === undefined ? error.message : reasonOf(error, { EISDIR: "it is a folder" });
}

/**
 * As on the command line, or in one word.
 *
 * @param {string} name
 * @param {string} path
 * @param {Choices} choices
 */
function optionName(name, path, { trainOptions, didYouMean }) {
  const names = Object.keys(trainOptions).filter((each) => each !== "config" && each !== "help");
  const plain = (/** @type {string} */ text) => text.replaceAll("-", "").toLowerCase();
  const found = names.find((each) => plain(each) === plain(name));
  if (found !== undefined) return found;
  throw new CommandLineError(
    `--config ${path}: there is no option "${name}"; these exist: ${listed(names)}.${didYouMean(name, names)}`,
  );
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {string} path
 * @param {Choices} choices
 * @returns {string[]}
 */
function wordsOf(name, value, path, choices) {
  const rows = /** @type {Readonly<Record<string, import("./options.mjs").OptionRow>>} */ (choices.trainOptions);
  const row = rows[name];
  if (row?.forms[0].value === undefined) {
    if (typeof value === "boolean") return value ? [`--${name}`] : [];
    throw new CommandLineError(`--config ${path}: "${name}" is ${JSON.stringify(value)}; give true or false.`);
  }
  const values = Array.isArray(value) && row.isRepeatable ? value : [value];
  return values.map((each) => `--${name}=${textOf(name, each, path)}`);
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {string} path
 */
function textOf(name, value, path) {
  if (typeof value === "string" && value !== "") {
    const beside = join(dirname(path), value);
    return paths.includes(name) && (existsSync(beside) || name === "out") ? beside : value;
  }
  if (typeof value === "number") return String(value);
  if (Array.isArray(value) && value.length > 0) return value.join(",");
  if (typeof value === "object" && value !== null && "type" in value && typeof value.type === "string") {
    const { type, ...options } = value;
    const pairs = Object.entries(options).map(([option, number]) => `${option}=${number}`);
    return pairs.length > 0 ? `${type}:${pairs.join(",")}` : type;
  }
  throw new CommandLineError(
    `--config ${path}: "${name}" is ${JSON.stringify(value)}; give what stands behind --${name} on the command line, or an ` +
      'object such as { "type": "r1", "weight": 0.5 }.',
  );
}
