/** The options of a training that say what it learns from, and what is where in it. */
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { listed, oneOf } from "./read_choice.mjs";

/**
 * @typedef {import("./options.mjs").StartOptions} StartOptions
 * @typedef {import("./options.mjs").World} World
 */

/**
 * @param {string} text
 * @param {World} world
 * @returns {StartOptions["data"]}
 */
export function readData(text, { choices, kindOf }) {
  if (Object.hasOwn(choices.dataSetTitles, text)) return { set: text };
  if (Object.hasOwn(choices.imageSetTitles, text)) return { images: text };
  const kind = kindOf(text);
  if (kind !== "nothing") return kind === "file" ? { file: text } : { folder: text };
  const sets = listed(Object.keys({ ...choices.dataSetTitles, ...choices.imageSetTitles }));
  throw new CommandLineError(
    `--data ${text}: there is no such file or folder, and no generated set of that name. Give the path of points (.csv, ` +
      ".npy, .npz), of an IDX file of images (gzip too), of a CIFAR-10 file (.bin), or of a folder of images, or one of " +
      `${sets}.` +
      choices.didYouMean(text, Object.keys({ ...choices.dataSetTitles, ...choices.imageSetTitles })),
  );
}

/**
 * Those that only suit some data.
 *
 * @param {ReadonlyMap<string, readonly string[]>} given
 * @param {StartOptions["data"]} data
 * @param {World} world
 * @returns {Pick<StartOptions, "labels" | "labelColumn" | "columns" | "array" | "onBad" | "model">}
 */
export function readDataOptions(given, data, { choices, kindOf }) {
  const value = (/** @type {string} */ name) => given.get(name)?.[0];
  const [onBad, size, model] = [value("on-bad"), value("image-size"), value("model")];
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
  if (onBad !== undefined && !("folder" in data)) {
    throw new CommandLineError(`--on-bad ${onBad}: it is about the files of a folder of images; leave it out.`);
  }
  return {
    ...readFileOptions(given, data, kindOf),
    ...(onBad === undefined ? {} : { onBad: oneOf("--on-bad", "choice", onBad, choices.badFileChoices, choices) }),
    ...(chosenModel === undefined ? {} : { model: chosenModel }),
  };
}

/**
 * Those that say what is where in a file.
 *
 * @param {ReadonlyMap<string, readonly string[]>} given
 * @param {StartOptions["data"]} data
 * @param {World["kindOf"]} kindOf
 * @returns {Pick<StartOptions, "labels" | "labelColumn" | "columns" | "array">}
 */
function readFileOptions(given, data, kindOf) {
  const [labels, columns, array] = ["labels", "columns", "array"].map((name) => given.get(name)?.[0]);
  const file = "file" in data ? data.file : undefined;
  const isOfNumbers = file !== undefined && isNumbers(file);
  for (const [name, text] of Object.entries({ columns, array })) {
    if (text === undefined || (isOfNumbers && (name === "columns" || isArchive(file)))) continue;
    const what = name === "columns" ? "a file of points (CSV, .npy, .npz)" : "an .npz file";
    throw new CommandLineError(`--${name} ${text}: it is about what is in ${what}; leave it out.`);
  }
  if (labels !== undefined && (file === undefined || isCifar(file))) {
    throw new CommandLineError(
      `--labels ${labels}: only images in an IDX file have a file of labels, and CSV, .npy and .npz columns or arrays of them; ` +
        "leave it out. (CIFAR-10 files and generated sets have labels, and the folders in a folder of images are taken for classes.)",
    );
  }
  const isFile = labels !== undefined && kindOf(labels) === "file";
  if (labels !== undefined && !isFile && !isOfNumbers) {
    throw new CommandLineError(`--labels ${labels}: there is no such file; give an IDX file of classes.`);
  }
  return {
    ...(labels === undefined ? {} : isFile ? { labels } : { labelColumn: columnOf(labels) }),
    ...(columns === undefined ? {} : { columns: columns.split(",").map((name) => columnOf(name.trim())) }),
    ...(array === undefined ? {} : { array }),
  };
}

/**
 * By its name, or by its index from 0.
 *
 * @param {string} text
 */
function columnOf(text) {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/**
 * Points in text or in arrays of NumPy's, or images in such: by its name.
 *
 * @param {string} path
 */
export function isNumbers(path) {
  return /\.(csv|tsv|txt|dat|npy|npz)(\.gz)?$/i.test(path);
}

/** @param {string} path */
function isArchive(path) {
  return /\.npz$/i.test(path);
}

/**
 * By its name, as the files of CIFAR-10's binary version are called.
 *
 * @param {string} path
 */
export function isCifar(path) {
  return path.endsWith(".bin");
}
