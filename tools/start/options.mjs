/** The options of `npm start`: from words to choices. help.mjs explains them. */
import { parseArgs } from "node:util";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { readData, readDataOptions } from "./data_options.mjs";
import { listed, oneOf, readAll, readNamed, readNumber } from "./read_choice.mjs";

/**
 * @typedef {import("./choices.mjs").Choices} Choices
 * @typedef {import("./read_choice.mjs").Named} Named
 *
 * @typedef {object} StartOptions what was chosen; the rest is up to the presets
 * @property {{ set: string } | { images: string } | { file: string } | { folder: string }} data
 * @property {string} [labels] a file of the samples' classes
 * @property {string | number} [labelColumn] where the classes are in the file of samples itself
 * @property {(string | number)[]} [columns] that hold the coordinates of points
 * @property {string} [array] of an archive
 * @property {"error" | "skip"} [onBad] what to do about files of a folder that can't be used
 * @property {number} [imageSize]
 * @property {string} [model]
 * @property {boolean} [conditional] whether networks are told the class of each sample
 * @property {Named} [loss]
 * @property {Named[]} penalties
 * @property {Named[]} tricks
 * @property {Named} [play]
 * @property {Named} [optimizer] of both players
 * @property {number} [average] decay of the generator's running mean
 * @property {number} [steps]
 * @property {number} [seed]
 * @property {number} [dSteps]
 * @property {number} [lr]
 * @property {number} [batch]
 * @property {number} [probeEvery]
 * @property {"chrome" | "node" | "deno"} [runtime]
 * @property {number} [checkpointEvery] seconds of training
 * @property {string} [out]
 * @property {boolean} help
 *
 * @typedef {object} World what the options are checked against
 * @property {Choices} choices
 * @property {(path: string) => "file" | "folder" | "nothing"} kindOf
 * @property {string} [program] what is typed before the options
 */

export const defaultData = "ring";

/**
 * @typedef {object} NumberOption
 * @property {keyof StartOptions} key
 * @property {number} low
 * @property {number} high
 * @property {boolean} whole
 */
/** @type {Readonly<Record<string, NumberOption>>} */
const numbers = {
  steps: { key: "steps", low: 1, high: 10_000_000, whole: true },
  seed: { key: "seed", low: 0, high: 2 ** 32 - 1, whole: true },
  "d-steps": { key: "dSteps", low: 1, high: 1000, whole: true },
  lr: { key: "lr", low: 1e-8, high: 1, whole: false },
  batch: { key: "batch", low: 1, high: 65_536, whole: true },
  average: { key: "average", low: 0, high: 0.999999, whole: false },
  "probe-every": { key: "probeEvery", low: 0, high: 2 ** 20, whole: true },
  "checkpoint-every": { key: "checkpointEvery", low: 0, high: 1e6, whole: false },
};

/** Where a run can run. */
export const runtimeNames = /** @type {const} */ (["chrome", "node", "deno"]);

export const optionNames = [
  ...[
    "data",
    "labels",
    "columns",
    "array",
    "on-bad",
    "image-size",
    "model",
    "conditional",
    "loss",
    "penalty",
    "trick",
    "play",
    "optimizer",
  ],
  ...Object.keys(numbers),
  ...["runtime", "out", "help"],
];

/** What other programs call them. */
const optionAliases = {
  "--data": "dataroot dataset",
  "--conditional": "cond cgan classconditional",
  "--image-size": "imgsize resolution size",
  "--average": "ema",
  "--loss": "gan ganmode",
  "--penalty": "gradientpenalty regularizer",
  "--optimizer": "optim optimiser",
  "--d-steps": "criticsteps ncritic ndis",
  "--steps": "epochs iterations iters niter",
  "--lr": "learningrate rate",
  "--batch": "batchsize",
  "--out": "outdir output",
  "--runtime": "backend",
  "--help": "h",
};

const repeatable = ["penalty", "trick", "help"];

/** Those that stand alone. */
const flags = ["conditional", "help"];

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
    data: readData(given.get("data")?.[0] ?? defaultData, world),
    penalties: readAll("penalty", given, world.choices),
    tricks: readAll("trick", given, world.choices),
    help: given.has("help"),
  };
  Object.assign(options, readDataOptions(given, options.data, world));
  for (const kind of /** @type {const} */ (["loss", "play", "optimizer"])) {
    const text = given.get(kind)?.[0];
    if (text !== undefined) options[kind] = readNamed(kind, text, world.choices);
  }
  for (const [name, { key, ...range }] of Object.entries(numbers)) {
    const text = given.get(name)?.[0];
    if (text !== undefined) Object.assign(options, { [key]: readNumber(`--${name}`, text, range) });
  }
  if (given.has("conditional")) options.conditional = true;
  const runtime = given.get("runtime")?.[0];
  if (runtime !== undefined) {
    options.runtime = oneOf("--runtime", "runtime", runtime, runtimeNames, world.choices);
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
function readWords(words, { choices: { didYouMean }, program = "npm start --" }) {
  const seeHelp = `\`${program} --help\` explains them.`;
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      optionNames.map((name) => [name, { type: flags.includes(name) ? "boolean" : "string" }]),
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
    if (!optionNames.includes(name)) {
      throw new CommandLineError(
        `There is no option ${rawName}; these exist: ${listed(dashed(optionNames))}.` +
          `${didYouMean(rawName, dashed(optionNames), optionAliases)} ${seeHelp}`,
      );
    }
    const isFlag = flags.includes(name);
    if (isFlag ? value !== undefined : value === undefined || value === "" || value.startsWith("--")) {
      throw new CommandLineError(
        isFlag ? `${rawName} takes no value.` : `${rawName} needs a value after it. ${seeHelp}`,
      );
    }
    const before = given.get(name) ?? [];
    if (before.length > 0 && !repeatable.includes(name)) {
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

/** @param {readonly string[]} names */
function dashed(names) {
  return names.map((name) => `--${name}`);
}

/**
 * npm keeps options without `--` in front for itself, and a run with other options than those that were typed would be
 * worse than none.
 *
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {string | undefined} what to write instead
 */
export function swallowedByNpm(environment) {
  const swallowed = optionNames.filter((name) => {
    const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
    return name !== "help" && value !== undefined && value !== "";
  });
  if (swallowed.length === 0) return undefined;
  return (
    `npm took ${listed(dashed(swallowed))} for itself. Write -- before the options: ` +
    `npm start -- --${swallowed[0]} ...`
  );
}
