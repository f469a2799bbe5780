/** `npm start -- --help`: what each option means, in a terminal of 80 columns. */

import { usualInterval } from "../command/run_training.mjs";
import { wrapped } from "../terminal/text_width.mjs";
import { badFileChoices } from "./data_options.mjs";
import { defaultData, runtimeNames } from "./options.mjs";

/**
 * @typedef {import("./choices.mjs").Choices} Choices
 * @typedef {Readonly<Record<string, { readonly default: number | boolean | string, readonly about: string }>>} Options of one loss, one penalty ...
 */

const width = 80;
/** Where the texts of options begin. */
const column = 21;

/**
 * @param {Choices} choices
 * @param {string} [program] what is typed before the options
 * @returns {string}
 */
export function helpText(
  { dataSetTitles, imageSetTitles, imageSizes, modelNames, gameOptions, presets, imagePresets },
  program = "npm start --",
) {
  const { points, images } = presets;
  const both = (/** @type {"steps" | "learningRate" | "batchSize" | "probeEvery"} */ key) =>
    `default ${points[key]}, for images ${images[key]}`;
  const percent = (/** @type {number} */ share) => `${Math.round(100 * share)} %`;
  const published = Object.entries(imagePresets).map(([name, { steps }]) => `${name} ${steps}`);
  return `${[
    "Trains a GAN on WebGPU, watches it, and writes a report.",
    "",
    `  ${program} [options]`,
    "",
    "Data",
    option("--data NAME", `what to learn; a generated set (default ${defaultData}):`),
    ...Object.entries({ ...dataSetTitles, ...imageSetTitles }).map(([name, title]) => row(name, title)),
    option("--data FILE", "images in an IDX file, as those of MNIST, gzip too; or of CIFAR-10 (.bin)"),
    option(
      "--data FOLDER",
      "images in files (PNG, JPEG, WebP), also in folders of it, which are taken for classes; or the .bin files of CIFAR-10",
    ),
    option(
      "--data FILE",
      "points, one a line, as CSV (.csv, .tsv, .txt: commas, semicolons, tabs or spaces) or as an array [N, D] of NumPy's " +
        "(.npy, .npz); images as an array [N, H, W] or [N, H, W, C]",
    ),
    option("--labels FILE", "the classes, in a file of their own (IDX, .npy), for metrics by class and --conditional"),
    option(
      "--labels COLUMN",
      "or in the file itself: a column of it by its name or its index from 0 (-1: the last), or an array of an .npz file; by " +
        "default what is called label, labels, class or y there",
    ),
    option("--columns A,B", "the columns that hold the coordinates of points (default: all others)"),
    option("--array NAME", "the samples in an .npz file (default: samples, points, images, x ..., or the only array)"),
    option(
      "--image-size N",
      `pixels along a side, ${imageSizes.join(", ")}: of generated images and of files, which are scaled and cropped ` +
        "(default 28 and 32); smaller images of other data get a black frame",
    ),
    option(
      "--on-bad CHOICE",
      `what to do about files that are no images: ${badFileChoices.join(" or ")} (default ${badFileChoices[0]})`,
    ),
    "",
    "Model",
    option(
      "--model NAME",
      `the networks, ${modelNames.join(", ")} (default mlp); all but mlp are for images, and bring the loss, penalties, ` +
        "rates and batch size that were published with them",
    ),
    option(
      "--conditional",
      "tells both networks the class of each sample, where the data has classes: ring, grid, clusters, glyphs, CIFAR-10, a " +
        "file with --labels, folders; the report has a row of samples for each class, and how many are of theirs",
    ),
    option(
      "--average DECAY",
      "draws samples with a running mean of the generator's parameters, of which a step keeps this share, such as 0.999",
    ),
    "",
    "Game",
    paragraph(
      "Each of these is a NAME, or NAME:OPTION=VALUE,OPTION=VALUE. Below a name are its options with their defaults.",
    ),
    option("--loss L", "what each player minimises (default non-saturating):"),
    ...table(gameOptions.loss),
    option(
      "--penalty P",
      "a term of a player's loss; may be repeated. P=W gives its weight. Each takes interval=N as well, to be added in " +
        "every N-th step alone, N times as heavy:",
    ),
    ...table(gameOptions.penalty, ["interval"]),
    option("--trick T", "what is done to samples or networks besides; may be repeated:"),
    ...table(gameOptions.trick),
    option("--play P", "how both players move in a step (default alternating):"),
    ...table(gameOptions.play),
    option("--d-steps N", "discriminator steps before each generator step (default 1)"),
    "",
    "Training",
    option("--steps N", `generator steps (${both("steps")}; ${published.join(", ")})`),
    option("--seed N", "the same seed gives the same run on the same adapter (default 1)"),
    option("--batch N", `samples in a minibatch (${both("batchSize")})`),
    option(
      "--lr RATE",
      `the generator's learning rate (${both("learningRate")}); the discriminator's is ${points.discriminatorRate} times ` +
        `as high (for images ${images.discriminatorRate}); both fall after ${percent(points.decay.from)} of the steps ` +
        `(for images ${percent(images.decay.from)})`,
    ),
    option(
      "--optimizer O",
      "how both players follow their gradients (default: the preset's Adam); rates come from --lr:",
    ),
    ...table(gameOptions.optimizer),
    option("--probe-every N", `steps between the costlier probes, 0 for none (${both("probeEvery")})`),
    "",
    "Output",
    option(
      "--runtime NAME",
      `where it trains, ${runtimeNames.join(", ")} (default chrome, without a window); node needs the package webgpu, deno ` +
        "needs Deno",
    ),
    option(
      "--checkpoint-every S",
      `seconds of training after which the run is kept again, to go on from when it breaks off (default ${usualInterval}); 0 ` +
        "keeps its last step alone",
    ),
    option("--out FOLDER", "the folder of the run (default out/NAME, or out/NAME-2 where there is one already)"),
    option("--help", "this text"),
    "",
    paragraph(
      "Exit codes: 0 done, 1 failed, 2 bad options; 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by the end of its terminal. " +
        "Whatever ends a run, the report has what there was; Ctrl-C again ends at once.",
      0,
    ),
    paragraph("SADDLEPOINT_ADAPTER=swiftshader trains on the CPU, =default on what Chrome finds.", 0),
  ].join("\n")}\n`;
}

/**
 * @param {string} name
 * @param {string} text
 */
export function option(name, text) {
  return beside(`  ${name}`, text, column);
}

/**
 * @param {string} name
 * @param {string} text
 */
function row(name, text) {
  return beside(`      ${name}`, text, column + 2);
}

/**
 * The names without options in one paragraph, and the others each above its own.
 *
 * @param {Readonly<Record<string, Options>>} entries
 * @param {readonly string[]} [left] options that go without saying
 * @returns {string[]}
 */
function table(entries, left = []) {
  const shown = Object.entries(entries).map(([name, options]) => ({
    name,
    options: Object.entries(options).filter(([key]) => !left.includes(key)),
  }));
  const plain = shown.filter(({ options }) => options.length === 0).map(({ name }) => name);
  return [
    ...(plain.length > 0 ? [paragraph(plain.join(", "), 4)] : []),
    ...shown.filter(({ options }) => options.length > 0).flatMap(named),
  ];
}

/**
 * What a penalty's weight is goes without saying: it stands beside the name.
 *
 * @param {{ name: string, options: [string, Options[string]][] }} entry
 */
function named({ name, options }) {
  const described = (/** @type {[string, Options[string]]} */ [option, spec]) =>
    row(`${option}=${spec.default}`, spec.about);
  const weight = options.find(([option]) => option === "weight")?.[1].default;
  return [
    beside(`    ${name}`, weight === undefined ? "" : `weight=${weight}`, column + 2),
    ...options.filter(([option]) => option !== "weight").map(described),
  ];
}

/**
 * @param {string} left
 * @param {string} text in lines beside it; below it, where it is too long
 * @param {number} from the column of the text
 */
function beside(left, text, from) {
  const lines = wrapped(text, width - from).map((line) => " ".repeat(from) + line);
  if (left.length + 2 > from) return [left, ...lines].join("\n").trimEnd();
  return [left.padEnd(from) + (lines[0] ?? "").trimStart(), ...lines.slice(1)].join("\n").trimEnd();
}

/**
 * @param {string} text
 * @param {number} [indent]
 */
export function paragraph(text, indent = 2) {
  return wrapped(text, width - indent)
    .map((line) => " ".repeat(indent) + line)
    .join("\n");
}
