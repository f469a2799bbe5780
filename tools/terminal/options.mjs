/** The options of `npm start`: from words to choices. help.mjs explains them. */
import { parseArgs } from "node:util";

/**
 * @typedef {import("../start/choices.mjs").Choices} Choices
 *
 * @typedef {object} StartOptions what was chosen; the rest is up to the presets
 * @property {{ set: string } | { images: string } | { file: string } | { folder: string }} data
 * @property {string} [labels] a file of the classes of an IDX file's images
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
 * @property {string} [out]
 * @property {boolean} help
 *
 * @typedef {object} World what the options are checked against
 * @property {Choices} choices
 * @property {(path: string) => "file" | "folder" | "nothing"} kindOf
 */

/**
 * @typedef {{ type: string } & Record<string, number | string>} Named a name with those of its options that were given
 */

/** A mistake on the command line; its message says what exists and what to do. */
export class CommandLineError extends Error {
  /** @override */
  name = "CommandLineError";
}

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
};

export const optionNames = [
  ...[
    "data",
    "labels",
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
  ...["out", "help"],
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
  "--help": "h",
};

const repeatable = ["penalty", "trick", "help"];

/** Those that stand alone. */
const flags = ["conditional", "help"];

/** What to do about files that can't be used. */
export const badFileChoices = /** @type {const} */ (["error", "skip"]);

/**
 * Reads the words after `npm start --`.
 *
 * @param {readonly string[]} words
 * @param {World} world
 * @returns {StartOptions}
 * @throws {CommandLineError} for anything that is unknown, malformed, or given twice
 */
export function parseOptions(words, world) {
  const given = readWords(words, world.choices);
  /** @type {StartOptions} */
  const options = {
    data: readData(given.get("data")?.[0] ?? defaultData, world),
    penalties: readAll("penalty", given, world.choices),
    tricks: readAll("trick", given, world.choices),
    help: given.has("help"),
  };
  Object.assign(options, readImageOptions(given, options.data, world));
  for (const kind of /** @type {const} */ (["loss", "play", "optimizer"])) {
    const text = given.get(kind)?.[0];
    if (text !== undefined) options[kind] = readNamed(kind, text, world.choices);
  }
  for (const [name, { key, ...range }] of Object.entries(numbers)) {
    const text = given.get(name)?.[0];
    if (text !== undefined) Object.assign(options, { [key]: readNumber(`--${name}`, text, range) });
  }
  if (given.has("conditional")) options.conditional = true;
  const out = given.get("out")?.[0];
  if (out !== undefined) options.out = readFolder(out, world);
  return options;
}

/**
 * @param {readonly string[]} words
 * @param {Choices} choices
 * @returns {Map<string, string[]>} the values of each option; those that stand alone have none
 */
function readWords(words, { didYouMean }) {
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
 * @param {string} text
 * @param {World} world
 * @returns {StartOptions["data"]}
 */
function readData(text, { choices, kindOf }) {
  if (Object.hasOwn(choices.dataSetTitles, text)) return { set: text };
  if (Object.hasOwn(choices.imageSetTitles, text)) return { images: text };
  const kind = kindOf(text);
  if (kind !== "nothing") return kind === "file" ? { file: text } : { folder: text };
  const sets = listed(Object.keys({ ...choices.dataSetTitles, ...choices.imageSetTitles }));
  throw new CommandLineError(
    `--data ${text}: there is no such file or folder, and no generated set of that name. Give the path of an IDX file ` +
      `of images (gzip too), of a CIFAR-10 file (.bin), or of a folder of images, or one of ${sets}.` +
      choices.didYouMean(text, Object.keys({ ...choices.dataSetTitles, ...choices.imageSetTitles })),
  );
}

/**
 * Those that only suit some data.
 *
 * @param {ReadonlyMap<string, readonly string[]>} given
 * @param {StartOptions["data"]} data
 * @param {World} world
 * @returns {Pick<StartOptions, "labels" | "onBad" | "imageSize" | "model">}
 */
function readImageOptions(given, data, { choices, kindOf }) {
  const value = (/** @type {string} */ name) => given.get(name)?.[0];
  const [labels, onBad, size, model] = [value("labels"), value("on-bad"), value("image-size"), value("model")];
  const chosenModel = model === undefined ? undefined : oneOf("--model", "model", model, choices.modelNames, choices);
  const points = "set" in data ? data.set : undefined;
  if (points !== undefined && size !== undefined) {
    throw new CommandLineError(`--image-size ${size}: ${points} is a set of points in the plane; leave it out.`);
  }
  if (points !== undefined && chosenModel !== undefined && chosenModel !== "mlp") {
    throw new CommandLineError(
      `--model ${model} is made for images, but ${points} is a set of points in the plane; take mlp, or other data.`,
    );
  }
  if (labels !== undefined && !("file" in data && !isCifar(data.file))) {
    throw new CommandLineError(
      `--labels ${labels}: only images in an IDX file have a file of labels; leave it out. (CIFAR-10 files and ` +
        "generated sets have labels, and the folders in a folder of images are taken for classes.)",
    );
  }
  if (labels !== undefined && kindOf(labels) !== "file") {
    throw new CommandLineError(`--labels ${labels}: there is no such file; give an IDX file of classes.`);
  }
  if (onBad !== undefined && !("folder" in data)) {
    throw new CommandLineError(`--on-bad ${onBad}: it is about the files of a folder of images; leave it out.`);
  }
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(onBad === undefined ? {} : { onBad: oneOf("--on-bad", "choice", onBad, badFileChoices, choices) }),
    ...(size === undefined
      ? {}
      : { imageSize: Number(oneOf("--image-size", "size", size, choices.imageSizes.map(String), choices)) }),
    ...(chosenModel === undefined ? {} : { model: chosenModel }),
  };
}

/**
 * By its name, as the files of CIFAR-10's binary version are called.
 *
 * @param {string} path
 */
export function isCifar(path) {
  return path.endsWith(".bin");
}

/**
 * @param {"penalty" | "trick"} kind
 * @param {ReadonlyMap<string, readonly string[]>} given
 * @param {Choices} choices
 * @returns {Named[]}
 */
function readAll(kind, given, choices) {
  const all = (given.get(kind) ?? []).map((text) => readNamed(kind, text, choices));
  const types = all.map(({ type }) => type);
  const twice = types.find((type, i) => types.indexOf(type) !== i);
  if (twice)
    throw new CommandLineError(`--${kind} ${twice} is given twice; give it once, with the options that you want.`);
  return all;
}

/**
 * `NAME` or `NAME:OPTION=VALUE,OPTION=VALUE`; of a penalty also `NAME=WEIGHT`.
 *
 * @param {keyof Choices["gameOptions"]} kind
 * @param {string} text
 * @param {Choices} choices
 * @returns {Named}
 */
function readNamed(kind, text, choices) {
  const { gameOptions } = choices;
  const [head = "", ...more] = text.split(":");
  const [name = "", ...weights] = kind === "penalty" ? head.split("=") : [head];
  /** @type {Readonly<Record<string, import("saddlepoint").gan.OptionSpecs>>} */
  const entries = gameOptions[kind];
  const type = oneOf(`--${kind}`, kind, name, Object.keys(entries), choices);
  const specs = entries[type] ?? {};
  const pairs = [
    ...(weights.length > 0 ? [`weight=${weights.join("=")}`] : []),
    ...more.join(":").split(",").filter(Boolean),
  ];
  const values = pairs.map((pair) => {
    const [option = "", value = "", ...rest] = pair.split("=");
    if (value === "" || rest.length > 0) {
      const example = kind === "penalty" ? `${type} or ${type}=0.1` : `${type} or ${type}:OPTION=VALUE`;
      throw new CommandLineError(`--${kind} ${text}: write it as ${example}.`);
    }
    const known = oneOf(`--${kind} ${type}`, "option", option, Object.keys(specs), choices);
    const spec = /** @type {import("saddlepoint").gan.OptionSpec} */ (specs[known]);
    return /** @type {const} */ ([known, readOption(`--${kind} ${type} ${known}`, value, spec, choices)]);
  });
  return { type, ...Object.fromEntries(values) };
}

/**
 * @param {string} option
 * @param {string} value
 * @param {import("saddlepoint").gan.OptionSpec} spec
 * @param {Choices} choices
 */
function readOption(option, value, spec, choices) {
  if ("choices" in spec) return oneOf(option, "choice", value, spec.choices, choices);
  if (!("low" in spec)) return oneOf(option, "choice", value, ["true", "false"], choices) === "true";
  const { low, high, whole = false } = spec;
  return readNumber(option, value, { low, high, whole });
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
 * @template {string} Name
 * @param {string} option
 * @param {string} what
 * @param {string} name
 * @param {readonly Name[]} names
 * @param {Choices} choices
 * @returns {Name}
 */
function oneOf(option, what, name, names, { aliases, didYouMean, gameOptions }) {
  const found = names.find((known) => known === name);
  if (found !== undefined) return found;
  const meant = didYouMean(name, names, Object.hasOwn(aliases, what) ? aliases[what] : {});
  const elsewhere = Object.entries(gameOptions).find(
    ([kind, entries]) => kind !== what && Object.hasOwn(entries, name),
  );
  const place =
    meant === "" && elsewhere && what in gameOptions ? ` It is a ${elsewhere[0]}: --${elsewhere[0]} ${name}.` : meant;
  throw new CommandLineError(
    `${option} ${name}: there is no such ${what}; these exist: ${listed(names) || "none"}.${place}`,
  );
}

/**
 * @param {string} option
 * @param {string} text
 * @param {{ low: number, high: number, whole: boolean }} range
 */
function readNumber(option, text, { low, high, whole }) {
  // Number() alone would take "", " 1" and "0x10".
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || value < low || value > high || (whole && !Number.isInteger(value))) {
    const kind = whole ? "a whole number" : "a number";
    throw new CommandLineError(`${option} ${text}: give ${kind} from ${low} to ${high}.`);
  }
  return value;
}

/** @param {readonly string[]} names */
function dashed(names) {
  return names.map((name) => `--${name}`);
}

/** @param {readonly string[]} names */
function listed(names) {
  return names.join(", ");
}

const seeHelp = "`npm start -- --help` explains them.";

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
