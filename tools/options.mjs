/** The options of `npm start`: from words to choices, and from choices to help. */
import { parseArgs } from "node:util";

/**
 * @typedef {import("./choices.mjs").Choices} Choices
 *
 * @typedef {object} StartOptions what was chosen; the rest is up to the presets
 * @property {{ set: string } | { images: string } | { file: string } | { folder: string }} data
 * @property {string} [labels] a file of the classes of an IDX file's images
 * @property {"error" | "skip"} [onBad] what to do about files of a folder that can't be used
 * @property {number} [imageSize]
 * @property {string} [model]
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

const defaultData = "ring";

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
  ...["data", "labels", "on-bad", "image-size", "model", "loss", "penalty", "trick", "play", "optimizer"],
  ...Object.keys(numbers),
  ...["out", "help"],
];

const repeatable = ["penalty", "trick", "help"];

/** What to do about files that can't be used. */
const badFileChoices = /** @type {const} */ (["error", "skip"]);

/**
 * Reads the words after `npm start --`.
 *
 * @param {readonly string[]} words
 * @param {World} world
 * @returns {StartOptions}
 * @throws {CommandLineError} for anything that is unknown, malformed, or given twice
 */
export function parseOptions(words, world) {
  const given = readWords(words);
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
  const out = given.get("out")?.[0];
  if (out !== undefined) options.out = readFolder(out, world);
  return options;
}

/**
 * @param {readonly string[]} words
 * @returns {Map<string, string[]>} the values of each option; help has none
 */
function readWords(words) {
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(optionNames.map((name) => [name, { type: name === "help" ? "boolean" : "string" }])),
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
        `There is no option ${rawName}; these exist: ${listed(dashed(optionNames))}. ${seeHelp}`,
      );
    }
    if (name === "help" ? value !== undefined : value === undefined || value === "" || value.startsWith("--")) {
      throw new CommandLineError(
        name === "help" ? "--help takes no value." : `${rawName} needs a value after it. ${seeHelp}`,
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
      `of images (gzip too), of a CIFAR-10 file (.bin), or of a folder of images, or one of ${sets}.`,
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
  const chosenModel = model === undefined ? undefined : oneOf("--model", "model", model, choices.modelNames);
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
    ...(onBad === undefined ? {} : { onBad: oneOf("--on-bad", "choice", onBad, badFileChoices) }),
    ...(size === undefined
      ? {}
      : { imageSize: Number(oneOf("--image-size", "size", size, choices.imageSizes.map(String))) }),
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
function readNamed(kind, text, { gameOptions }) {
  const [head = "", ...more] = text.split(":");
  const [name = "", ...weights] = kind === "penalty" ? head.split("=") : [head];
  /** @type {Readonly<Record<string, import("saddlepoint").gan.OptionSpecs>>} */
  const entries = gameOptions[kind];
  const type = oneOf(`--${kind}`, kind, name, Object.keys(entries));
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
    const known = oneOf(`--${kind} ${type}`, "option", option, Object.keys(specs));
    const { low, high, whole = false } = /** @type {import("saddlepoint").gan.OptionSpec} */ (specs[known]);
    return /** @type {const} */ ([known, readNumber(`--${kind} ${type} ${known}`, value, { low, high, whole })]);
  });
  return { type, ...Object.fromEntries(values) };
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
 * @returns {Name}
 */
function oneOf(option, what, name, names) {
  const found = names.find((known) => known === name);
  if (found !== undefined) return found;
  throw new CommandLineError(`${option} ${name}: there is no such ${what}; these exist: ${listed(names)}.`);
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

/**
 * A line for each name, with its options and their defaults, cut to a terminal's width.
 *
 * @param {Readonly<Record<string, import("saddlepoint").gan.OptionSpecs>>} entries
 * @param {readonly string[]} [left] options that go without saying
 */
function optionTable(entries, left = []) {
  const indent = " ".repeat(23);
  const width = Math.max(...Object.keys(entries).map((name) => name.length));
  return Object.entries(entries)
    .flatMap(([name, specs]) => {
      const options = Object.entries(specs)
        .filter(([option]) => !left.includes(option))
        .map(([option, spec]) => `${option}=${spec.default}`);
      return wrapped(options, 96 - indent.length - width).map((line, i) =>
        `${indent}${(i === 0 ? name : "").padEnd(width)}  ${line}`.trimEnd(),
      );
    })
    .join("\n");
}

/**
 * @param {readonly string[]} words
 * @param {number} width
 * @returns {string[]} at least one line
 */
function wrapped(words, width) {
  /** @type {string[]} */
  const lines = [""];
  for (const word of words) {
    const last = lines.length - 1;
    const line = lines[last] ? `${lines[last]},${word}` : word;
    if (line.length <= width) lines[last] = line;
    else lines.push(word);
  }
  return lines;
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

/**
 * @param {Choices} choices
 * @returns {string}
 */
export function helpText({
  dataSetTitles,
  imageSetTitles,
  imageSizes,
  modelNames,
  gameOptions,
  presets,
  imagePresets,
}) {
  const { points, images } = presets;
  const both = (/** @type {"steps" | "learningRate" | "batchSize" | "probeEvery"} */ key) =>
    `default ${points[key]}, for images ${images[key]}`;
  const percent = (/** @type {number} */ share) => `${Math.round(100 * share)} %`;
  const sets = { ...dataSetTitles, ...imageSetTitles };
  const width = Math.max(...Object.keys(sets).map((name) => name.length));
  const published = Object.entries(imagePresets).map(([name, { steps }]) => `${name} ${steps}`);
  return `Trains a GAN on WebGPU in headless Chrome, watches it, and writes a report.

  npm start -- [options]

Data
  --data NAME        a generated set (default ${defaultData}):
${Object.entries(sets)
  .map(([name, title]) => `                       ${name.padEnd(width)}  ${title}`)
  .join("\n")}
  --data FILE        images in an IDX file, as those of MNIST, gzip too; or of CIFAR-10 (.bin)
  --data FOLDER      images in files (PNG, JPEG, WebP), also in folders of it, which are taken
                     for classes; or the .bin files of CIFAR-10
  --labels FILE      the classes of an IDX file's images, for metrics by class
  --image-size N     ${listed(imageSizes.map(String))}: of generated images and of files, which are scaled and cropped
                     (default 28 and 32); smaller images of other data get a black frame
  --on-bad CHOICE    what to do about files that are no images: ${badFileChoices.join(" or ")} (default error)

Networks
  --model NAME       ${listed(modelNames)} (default mlp); all but mlp are for images, and bring the
                     loss, penalties, rates and batch size that were published with them

Game
  --loss L           one of (default non-saturating):
${optionTable(gameOptions.loss)}
  --penalty P        a term of a player's loss; may be repeated. P=W gives its weight:
${optionTable(gameOptions.penalty, ["interval"])}
  --trick T          may be repeated:
${optionTable(gameOptions.trick)}
  --play P           how both players move in a step (default alternating):
${optionTable(gameOptions.play)}
  --optimizer O      of both players (default: the preset's Adam); rates come from --lr:
${optionTable(gameOptions.optimizer)}
  Each of these is a NAME, or NAME:OPTION=VALUE,OPTION=VALUE. The tables hold the defaults. Every
  penalty takes interval=N as well, to be added in every N-th step alone, N times as heavy.
  --average DECAY    draws samples with a running mean of the generator's parameters, such as 0.999
  --d-steps N        discriminator steps before each generator step (default 1)

Training
  --steps N          generator steps (${both("steps")};
                     ${listed(published)})
  --seed N           the same seed gives the same run on the same adapter (default 1)
  --lr RATE          the generator's learning rate (${both("learningRate")});
                     the discriminator's is ${points.discriminatorRate} times as high (for images ${images.discriminatorRate});
                     both fall after ${percent(points.decay.from)} of the steps (for images ${percent(images.decay.from)})
  --batch N          samples in a minibatch (${both("batchSize")})
  --probe-every N    steps between the costlier probes, 0 for none
                     (${both("probeEvery")})

Output
  --out FOLDER       where the report goes (default out/NAME)
  --help             this text

Exit codes: 0 done (or stopped by Ctrl-C, with a report of what there is), 1 failed, 2 bad options.
SADDLEPOINT_ADAPTER=swiftshader trains on the CPU, =default on what Chrome finds.
`;
}
