/**
 * The options of a training: the one table that the command line is read by, that its help and the docs are written from, and whose
 * ranges the live pages share.
 */
import { gan } from "saddlepoint";
import { imageSizeRange } from "../images/open_data.ts";
import { imagePresets, presets } from "../presets.ts";

/** Both ends included. */
export interface NumberRange {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
}

/** One way to write an option. */
export interface OptionForm {
  /** What stands behind it; an option without one stands alone. */
  readonly value?: string;
  readonly about: string;
}

export interface OptionRow {
  readonly section: "Data" | "Model" | "Game" | "Training" | "Output";
  readonly forms: readonly [OptionForm, ...OptionForm[]];
  /** What the run's card calls it, where that is no name of the field. */
  readonly key?: string;
  /** Of a number. */
  readonly range?: NumberRange;
  /** Of a name. */
  readonly choices?: readonly string[];
  /** Whose names and options are listed below the first form. */
  readonly lists?: "data" | "loss" | "penalty" | "trick" | "play" | "optimizer";
  readonly isRepeatable?: true;
  /** What other programs call it, in words. */
  readonly also?: string;
}

/** Where a run can run. */
export const runtimeNames = ["chrome", "node", "deno"] as const;
/** What to do about files that can't be used. */
export const badFileChoices = ["error", "skip"] as const;
export const defaultData = "ring";
/** Seconds of training between two checkpoints. */
export const usualCheckpointInterval = 30;

const { points, images } = presets;
const both = (key: "steps" | "learningRate" | "batchSize" | "probeEvery") =>
  `default ${points[key]}, for images ${images[key]}`;
const percent = (share: number) => `${Math.round(100 * share)} %`;
const published = Object.entries(imagePresets).map(([name, { steps }]) => `${name} ${steps}`);

export const trainOptions = {
  data: {
    section: "Data",
    lists: "data",
    also: "dataroot dataset",
    forms: [
      { value: "NAME", about: `what to learn; a generated set (default ${defaultData}):` },
      { value: "FILE", about: "images in an IDX file, as those of MNIST, gzip too; or of CIFAR-10 (.bin)" },
      {
        value: "FOLDER",
        about:
          "images in files (PNG, JPEG, WebP), also in folders of it, which are taken for classes; or the .bin files of CIFAR-10",
      },
      {
        value: "FILE",
        about:
          "points, one a line, as CSV (.csv, .tsv, .txt: commas, semicolons, tabs or spaces) or as an array [N, D] of NumPy's " +
          "(.npy, .npz); images as an array [N, H, W] or [N, H, W, C]",
      },
    ],
  },
  labels: {
    section: "Data",
    forms: [
      {
        value: "FILE",
        about: "the classes, in a file of their own (IDX, .npy), for metrics by class and --conditional",
      },
      {
        value: "COLUMN",
        about:
          "or in the file itself: a column of it by its name or its index from 0 (-1: the last), or an array of an .npz file; by " +
          "default what is called label, labels, class or y there",
      },
    ],
  },
  columns: {
    section: "Data",
    forms: [{ value: "A,B", about: "the columns that hold the coordinates of points (default: all others)" }],
  },
  array: {
    section: "Data",
    forms: [
      {
        value: "NAME",
        about: "the samples in an .npz file (default: samples, points, images, x ..., or the only array)",
      },
    ],
  },
  "image-size": {
    section: "Data",
    also: "imgsize resolution size",
    key: "imageSize",
    range: imageSizeRange,
    forms: [
      {
        value: "N",
        about:
          "pixels along a side of generated images and of files, which are scaled and cropped (default 28 and 32); smaller " +
          "images of other data get a black frame; resnet takes multiples of 4, from 32 on of 8, from 64 on of 16, from 128 on of 32",
      },
    ],
  },
  "on-bad": {
    section: "Data",
    choices: badFileChoices,
    forms: [
      {
        value: "CHOICE",
        about: `what to do about files that are no images: ${badFileChoices.join(" or ")} (default ${badFileChoices[0]})`,
      },
    ],
  },
  model: {
    section: "Model",
    choices: Object.keys(gan.models),
    forms: [
      {
        value: "NAME",
        about:
          `the networks, ${Object.keys(gan.models).join(", ")} (default mlp); all but mlp are for images, and bring the loss, ` +
          "penalties, rates and batch size that were published with them",
      },
    ],
  },
  conditional: {
    section: "Model",
    also: "cond cgan classconditional",
    forms: [
      {
        about:
          "tells both networks the class of each sample, where the data has classes: ring, grid, clusters, glyphs, CIFAR-10, a " +
          "file with --labels, folders; the report has a row of samples for each class, and how many are of theirs",
      },
    ],
  },
  average: {
    section: "Model",
    range: { low: 0, high: 0.999999, whole: false },
    also: "ema",
    forms: [
      {
        value: "DECAY",
        about:
          "draws samples with a running mean of the generator's parameters, of which a step keeps this share, such as 0.999",
      },
    ],
  },
  loss: {
    section: "Game",
    lists: "loss",
    also: "gan ganmode",
    forms: [{ value: "L", about: "what each player minimises (default non-saturating):" }],
  },
  penalty: {
    section: "Game",
    lists: "penalty",
    isRepeatable: true,
    also: "gradientpenalty regularizer",
    forms: [
      {
        value: "P",
        about:
          "a term of a player's loss; may be repeated. P=W gives its weight. Each takes interval=N as well, to be added in " +
          "every N-th step alone, N times as heavy:",
      },
    ],
  },
  trick: {
    section: "Game",
    lists: "trick",
    isRepeatable: true,
    forms: [{ value: "T", about: "what is done to samples or networks besides; may be repeated:" }],
  },
  play: {
    section: "Game",
    lists: "play",
    forms: [{ value: "P", about: "how both players move in a step (default alternating):" }],
  },
  "d-steps": {
    section: "Game",
    key: "dSteps",
    range: { low: 1, high: 1000, whole: true },
    also: "criticsteps ncritic ndis",
    forms: [{ value: "N", about: "discriminator steps before each generator step (default 1)" }],
  },
  steps: {
    section: "Training",
    range: { low: 1, high: 10_000_000, whole: true },
    also: "epochs iterations iters niter",
    forms: [{ value: "N", about: `generator steps (${both("steps")}; ${published.join(", ")})` }],
  },
  seed: {
    section: "Training",
    range: { low: 0, high: 2 ** 32 - 1, whole: true },
    forms: [{ value: "N", about: "the same seed gives the same run on the same adapter (default 1)" }],
  },
  batch: {
    section: "Training",
    range: { low: 1, high: 65_536, whole: true },
    also: "batchsize",
    forms: [{ value: "N", about: `samples in a minibatch (${both("batchSize")})` }],
  },
  lr: {
    section: "Training",
    range: { low: 1e-8, high: 1, whole: false },
    also: "learningrate rate",
    forms: [
      {
        value: "RATE",
        about:
          `the generator's learning rate (${both("learningRate")}); the discriminator's is ${points.discriminatorRate} times ` +
          `as high (for images ${images.discriminatorRate}); both fall after ${percent(points.decay.from)} of the steps ` +
          `(for images ${percent(images.decay.from)})`,
      },
    ],
  },
  optimizer: {
    section: "Training",
    lists: "optimizer",
    also: "optim optimiser",
    forms: [
      {
        value: "O",
        about: "how both players follow their gradients (default: the preset's Adam); rates come from --lr:",
      },
    ],
  },
  "probe-every": {
    section: "Training",
    key: "probeEvery",
    range: { low: 0, high: 2 ** 20, whole: true },
    forms: [{ value: "N", about: `steps between the costlier probes, 0 for none (${both("probeEvery")})` }],
  },
  runtime: {
    section: "Output",
    choices: runtimeNames,
    also: "backend",
    forms: [
      {
        value: "NAME",
        about:
          `where it trains, ${runtimeNames.join(", ")} (default chrome, without a window); node needs the package webgpu, deno ` +
          "needs Deno",
      },
    ],
  },
  "checkpoint-every": {
    section: "Output",
    key: "checkpointEvery",
    range: { low: 0, high: 1e6, whole: false },
    also: "saveevery",
    forms: [
      {
        value: "S",
        about:
          "seconds of training after which the run is kept again, to go on from when it breaks off (default " +
          `${usualCheckpointInterval}); 0 keeps its last step alone`,
      },
    ],
  },
  config: {
    section: "Output",
    also: "configuration options",
    forms: [
      {
        value: "FILE",
        about:
          "options by their names in a file, which those on the command line go before: JSON, such as " +
          '{ "loss": "hinge", "penalty": ["r1=0.5"] }, or a module (.mjs) whose default export is that',
      },
    ],
  },
  out: {
    section: "Output",
    also: "outdir output",
    forms: [
      { value: "FOLDER", about: "the folder of the run (default out/NAME, or out/NAME-2 where there is one already)" },
    ],
  },
  help: { section: "Output", also: "h", isRepeatable: true, forms: [{ about: "this text" }] },
} as const satisfies Readonly<Record<string, OptionRow>>;

export type TrainOptionName = keyof typeof trainOptions;

type Numbers = {
  [Name in TrainOptionName as (typeof trainOptions)[Name] extends { readonly range: NumberRange }
    ? (typeof trainOptions)[Name] extends { readonly key: infer Key extends string }
      ? Key
      : Name
    : never]?: number;
};

/** A name of a registry, with those of its options that were given. */
export type Named = { readonly type: string } & Readonly<Record<string, number | string | boolean>>;

/** What was chosen of the table above; the rest is up to the presets. */
export interface TrainOptions extends Numbers {
  data:
    | { readonly set: string }
    | { readonly images: string }
    | { readonly file: string }
    | { readonly folder: string };
  /** A file of the samples' classes. */
  labels?: string;
  /** Where the classes are in the file of samples itself. */
  labelColumn?: string | number;
  columns?: (string | number)[];
  array?: string;
  onBad?: (typeof badFileChoices)[number];
  imageSize?: number;
  model?: string;
  conditional?: boolean;
  loss?: Named;
  penalties: Named[];
  tricks: Named[];
  play?: Named;
  /** Of both players. */
  optimizer?: Named;
  runtime?: (typeof runtimeNames)[number];
  out?: string;
  help: boolean;
}
