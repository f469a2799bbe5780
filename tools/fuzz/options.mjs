/** The options of `npm run fuzz`. */
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { parseWords } from "../terminal/parse_words.mjs";

export const runtimeNames = /** @type {const} */ (["chrome", "node", "deno"]);

/**
 * @typedef {object} FuzzOptions
 * @property {number} seed the first seed
 * @property {number} graphs graphs to run
 * @property {number} compiled graphs to compile only
 * @property {number} trainers
 * @property {number} minutes time after which no new case begins
 * @property {boolean} derivatives
 * @property {boolean} reduce
 * @property {typeof runtimeNames[number]} runtime
 * @property {boolean} help
 */

export const fuzzHelp = `npm run fuzz -- [options]

Random programs and random small games, against the float64 reference and through both compilers of WGSL.

  --seed N           the first seed; the same seed is the same case everywhere (0)
  --graphs N         programs that are run: fused, unfused, eager, with other forms of products (1000)
  --compile-only N   programs that are compiled for several devices, by Tint and by naga, and not run (3000)
  --trainers N       games of random networks, losses, penalties and optimisers, three steps each (100)
  --minutes N        no new case begins after so long (60)
  --derivatives      first and second derivatives of a share of the programs too
  --no-reduce        failures are shown as they were drawn, instead of made small
  --runtime NAME     where they run: ${runtimeNames.join(", ")} (chrome)
  --help

Tint alone runs in Node, and naga in Deno: npm install --prefix out/runtimes webgpu deno.`;

const optionTypes = /** @type {const} */ ({
  seed: { type: "string", default: "0" },
  graphs: { type: "string", default: "1000" },
  "compile-only": { type: "string", default: "3000" },
  trainers: { type: "string", default: "100" },
  minutes: { type: "string", default: "60" },
  derivatives: { type: "boolean", default: false },
  "no-reduce": { type: "boolean", default: false },
  runtime: { type: "string", default: "chrome" },
  help: { type: "boolean", default: false },
});

/**
 * @param {readonly string[]} words
 * @returns {FuzzOptions}
 * @throws {CommandLineError} for anything unknown or out of range
 */
export function parseFuzzOptions(words) {
  const { values } = parseWords({ args: [...words], options: optionTypes });
  const runtime = runtimeNames.find((name) => name === values.runtime);
  if (!runtime) {
    throw new CommandLineError(`--runtime ${values.runtime}: it is one of ${runtimeNames.join(", ")}.`);
  }
  return {
    seed: wholeNumber("--seed", values.seed),
    graphs: wholeNumber("--graphs", values.graphs),
    compiled: wholeNumber("--compile-only", values["compile-only"]),
    trainers: wholeNumber("--trainers", values.trainers),
    minutes: wholeNumber("--minutes", values.minutes),
    derivatives: values.derivatives,
    reduce: !values["no-reduce"],
    runtime,
    help: values.help,
  };
}

/**
 * @param {string} name
 * @param {string} text
 */
function wholeNumber(name, text) {
  const value = Number(text);
  if (text !== "" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new CommandLineError(`${name} ${text}: it is a whole number of at least 0.`);
}
