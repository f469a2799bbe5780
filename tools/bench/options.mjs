/** The options of `npm run bench`. */
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { parseWords } from "../terminal/parse_words.mjs";

export const peerNames = /** @type {const} */ (["jax-webgpu", "tfjs-webgpu", "jax-wasm", "tfjs-wasm"]);
export const runtimeNames = /** @type {const} */ (["chrome", "deno", "node"]);

/**
 * @typedef {object} BenchOptions
 * @property {string[]} only words of which a workload's group or name holds one
 * @property {number} rounds
 * @property {number} leastMilliseconds
 * @property {string[]} peers other engines to compare with
 * @property {boolean} ceiling also the hand-wired lists
 * @property {typeof runtimeNames[number]} runtime
 * @property {string} [json] a file for the report
 * @property {boolean} write
 * @property {string} [pack] a folder for all that another computer needs
 * @property {[ours: string, theirs: string]} [join] the reports of this engine and of PyTorch
 * @property {boolean} serve
 * @property {boolean} help
 */

const optionTypes = /** @type {const} */ ({
  only: { type: "string", multiple: true },
  rounds: { type: "string", default: "3" },
  sample: { type: "string", default: "600" },
  peers: { type: "boolean", default: false },
  engines: { type: "string" },
  ceiling: { type: "boolean", default: false },
  probes: { type: "boolean", default: false },
  runtime: { type: "string", default: "chrome" },
  json: { type: "string" },
  write: { type: "boolean", default: false },
  pack: { type: "string" },
  join: { type: "string" },
  serve: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
});

/** What `--probes` stands for. */
const probeGroups = ["probes:", "batches:"];

const hint = "(`npm run bench -- --help` lists the options.)";

/**
 * @param {readonly string[]} words
 * @returns {BenchOptions}
 * @throws {CommandLineError} for anything unknown or out of range
 */
export function parseBenchOptions(words) {
  const {
    only = [],
    rounds,
    sample,
    peers,
    engines,
    probes,
    runtime,
    json,
    pack,
    join,
    ...flags
  } = parseWords({ args: [...words], options: optionTypes }, hint).values;
  if (engines !== undefined && !peers) {
    throw new CommandLineError(`--engines ${engines}: it chooses among the peers; add --peers.`);
  }
  return {
    only: probes ? [...only, ...probeGroups] : only,
    rounds: wholeNumber("--rounds", rounds, 1, 1000),
    leastMilliseconds: wholeNumber("--sample", sample, 0, 60_000),
    peers: peers ? (engines?.split(",") ?? peerNames).map((name) => oneOf("--engines", name, peerNames)) : [],
    runtime: oneOf("--runtime", runtime, runtimeNames),
    ...(json === undefined ? {} : { json }),
    ...(pack === undefined ? {} : { pack }),
    ...(join === undefined ? {} : { join: twoFiles(join) }),
    ...flags,
  };
}

/**
 * @param {string} option
 * @param {string} text
 * @param {number} low
 * @param {number} high
 */
function wholeNumber(option, text, low, high) {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new CommandLineError(`${option} ${text}: give a whole number from ${low} to ${high}.`);
}

/**
 * @param {string} text
 * @returns {[string, string]}
 */
function twoFiles(text) {
  const [ours, theirs, ...rest] = text.split(",");
  if (ours && theirs && rest.length === 0) return [ours, theirs];
  throw new CommandLineError(`--join ${text}: give two files, as in --join saddlepoint.json,torch.json.`);
}

/**
 * @template {string} Name
 * @param {string} option
 * @param {string} name
 * @param {readonly Name[]} names
 * @returns {Name}
 */
function oneOf(option, name, names) {
  const found = names.find((known) => known === name);
  if (found !== undefined) return found;
  throw new CommandLineError(`${option} ${name}: there is no such choice; these exist: ${names.join(", ")}.`);
}

export const benchHelp = `Measures kernels and training steps, and checks their results.

  npm run bench -- [options]

  --only WORDS     only workloads whose group or name holds these words; may be repeated
  --rounds N       rounds in which the variants of a workload take turns (default 3; kernels take three times as many)
  --sample MS      how long one sample lasts at least (default 600)
  --peers          also the same problems in other engines, which are installed in out/peers
  --engines LIST   of ${peerNames.join(",")} (default all)
  --ceiling        also the same problems as lists of kernels wired by hand for each, tuned here: this engine's rate
                   is told as its share of theirs, the limit
  --probes         only what probes cost, in ten rounds at least, and the ring at larger batches
  --runtime NAME   ${runtimeNames.join(", ")} (default chrome); deno and node need
                   npm install --prefix out/runtimes deno webgpu
  --json FILE      the report with every sample
  --write          writes bench/RESULTS.md (for other runtimes, bench/RESULTS-NAME.md)
  --pack FOLDER    writes the benchmark, Dawn and the PyTorch script for a computer without network;
                   there: sh FOLDER/run.sh (needs Node, and python3 with torch for the comparison)
  --join A,B       the report A of this engine beside the report B of bench/torch/bench.py
  --serve          serves the pages to your own browser
  --help           this text

SADDLEPOINT_ADAPTER=swiftshader runs Chrome and Node on the CPU, =default on the GPU that they find; VK_DRIVER_FILES chooses
a Vulkan driver for Deno and Node. npm run bench:gpu is the same with --runtime node.
`;
