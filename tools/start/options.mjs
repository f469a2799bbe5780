/** The options of a training: from words to choices, by the table of apps/job/options/train_options.ts. */
import { parseArgs } from "node:util";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { readData, readDataOptions } from "./data_options.mjs";
import { listed, oneOf, readAll, readNamed, readNumber } from "./read_choice.mjs";

/**
 * @typedef {import("./choices.mjs").Choices} Choices
 * @typedef {import("../../apps/job/options/train_options.ts").TrainOptions} StartOptions
 * @typedef {import("../../apps/job/options/train_options.ts").OptionRow} OptionRow
 *
 * @typedef {object} World what the options are checked against
 * @property {Choices} choices
 * @property {(path: string) => "file" | "folder" | "nothing"} kindOf
 * @property {string} [program] what is typed before the options
 */

/**
 * @param {Choices} choices
 * @returns {[name: string, row: OptionRow][]}
 */
const rowsOf = ({ trainOptions }) => Object.entries(trainOptions);

/** @param {OptionRow} row */
const standsAlone = ({ forms: [{ value }] }) => value === undefined;

/**
 * Reads the words after `npm start --`.
 *
 * @param {readonly string[]} words
 * @param {World} world
 * @returns {StartOptions}
 * @throws {CommandLineError} for anything that is unknown, malformed, or given twice
 */
export function parseOptions(words, world) {
  const given = readWords(words, world);
  /** @type {StartOptions} */
  const options = {
    data: readData(given.get("data")?.[0] ?? world.choices.defaultData, world),
    penalties: readAll("penalty", given, world.choices),
    tricks: readAll("trick", given, world.choices),
    help: given.has("help"),
  };
  Object.assign(options, readDataOptions(given, options.data, world));
  for (const kind of /** @type {const} */ (["loss", "play", "optimizer"])) {
    const text = given.get(kind)?.[0];
    if (text !== undefined) options[kind] = readNamed(kind, text, world.choices);
  }
  for (const [name, { key = name, range }] of rowsOf(world.choices)) {
    const text = given.get(name)?.[0];
    if (range && text !== undefined) Object.assign(options, { [key]: readNumber(`--${name}`, text, range) });
  }
  if (given.has("conditional")) options.conditional = true;
  const runtime = given.get("runtime")?.[0];
  if (runtime !== undefined) {
    options.runtime = oneOf("--runtime", "runtime", runtime, world.choices.runtimeNames, world.choices);
  }
  const out = given.get("out")?.[0];
  if (out !== undefined) options.out = readFolder(out, world);
  return options;
}

/**
 * @param {readonly string[]} words
 * @param {World} world
 * @returns {Map<string, string[]>} the values of each option; those that stand alone have none
 */
function readWords(words, { choices, program = "npm start --" }) {
  const rows = new Map(rowsOf(choices));
  const names = [...rows.keys()].map((name) => `--${name}`);
  const aliases = Object.fromEntries([...rows].flatMap(([name, { also }]) => (also ? [[`--${name}`, also]] : [])));
  const seeHelp = `\`${program} --help\` explains them.`;
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      [...rows].map(([name, row]) => [name, { type: standsAlone(row) ? "boolean" : "string" }]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  /** @type {Map<string, string[]>} */
  const given = new Map();
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      throw new CommandLineError(
        `"${token.value}" stands by itself; every choice needs the name of its option, such as --data ${token.value}. ` +
          seeHelp,
      );
    }
    const { name, rawName, value } = token;
    const row = rows.get(name);
    if (!row) {
      throw new CommandLineError(
        `There is no option ${rawName}; these exist: ${listed(names)}.` +
          `${choices.didYouMean(rawName, names, aliases)} ${seeHelp}`,
      );
    }
    const isFlag = standsAlone(row);
    if (isFlag ? value !== undefined : value === undefined || value === "" || value.startsWith("--")) {
      throw new CommandLineError(
        isFlag ? `${rawName} takes no value.` : `${rawName} needs a value after it. ${seeHelp}`,
      );
    }
    const before = given.get(name) ?? [];
    if (before.length > 0 && !row.isRepeatable) {
      throw new CommandLineError(
        `${rawName} is given twice, as "${before[0]}" and as "${value}"; leave one of them out.`,
      );
    }
    given.set(name, [...before, value ?? ""]);
  }
  return given;
}

/**
 * @param {string} path
 * @param {World} world
 */
function readFolder(path, { kindOf }) {
  if (kindOf(path) === "file") {
    throw new CommandLineError(`--out ${path}: this is a file; give a folder, which is made if there is none.`);
  }
  return path;
}

/**
 * npm keeps options without `--` in front for itself, and a run with other options than those that were typed would be
 * worse than none.
 *
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @param {Choices} choices
 * @returns {string | undefined} what to write instead
 */
export function swallowedByNpm(environment, choices) {
  const swallowed = Object.keys(choices.trainOptions).filter((name) => {
    const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
    return name !== "help" && value !== undefined && value !== "";
  });
  if (swallowed.length === 0) return undefined;
  return (
    `npm took ${listed(swallowed.map((name) => `--${name}`))} for itself. Write -- before the options: ` +
    `npm start -- --${swallowed[0]} ...`
  );
}
