/** `saddlepoint evaluate RUN`: measures a run's generator against data, where trainings are done. */
import { join } from "node:path";
import process from "node:process";
import { askJob } from "../run/ask_job.mjs";
import { loadHost } from "../run/host.mjs";
import { servedData } from "../start/data_files.mjs";
import { parseOptions } from "../start/options.mjs";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { exitCodes } from "../terminal/main.mjs";
import { printable } from "../terminal/printable.mjs";
import { progressPrinter } from "../terminal/progress.mjs";
import {
  generatorPath,
  generatorRoute,
  generatorWord,
  givenGenerator,
  runtimeNames,
  runtimeOption,
} from "./given_generator.mjs";
import { kindOf } from "./kind_of.mjs";
import { shownPath } from "./said.mjs";
import { say } from "./say.mjs";
import { commandHelp, readCommand, seedRange } from "./words.mjs";
import { assertWritable, writeOut } from "./write_out.mjs";

/**
 * @typedef {import("../../apps/job/tasks/measure.ts").MeasureAnswer} MeasureAnswer
 * @typedef {import("../start/options.mjs").StartOptions} StartOptions
 */

/** @type {import("./words.mjs").CommandSpec} */
export const evaluateSpec = {
  about: [
    "Measures samples of a run's generator, as of its last checkpoint, against data: what they have in common, and of points how many " +
      "modes are there, each number with its interval.",
  ],
  word: generatorWord,
  options: {
    data: {
      value: "DATA",
      about: "a generated set, a file or a folder, as train takes them (default: what the run was trained on)",
      also: "dataset dataroot real",
    },
    labels: { value: "L", about: "the classes, in a file of their own or in a column, as train takes them" },
    columns: { value: "A,B", about: "the columns that hold the coordinates of points" },
    array: { value: "NAME", about: "the samples in an .npz file" },
    "on-bad": {
      value: "CHOICE",
      about: "what to do about files of a folder that are no images: error or skip (default error)",
    },
    samples: {
      value: "N",
      number: { low: 8, high: 50_000, whole: true },
      about: "in each of both sets (default 2500 points, 500 images), as far as the data has so many",
      also: "n count number",
    },
    seed: {
      value: "N",
      number: seedRange,
      about: "of what is drawn, and of the intervals (default 1)",
    },
    out: { value: "FILE", about: "where to (default: evaluation.json beside the generator)", also: "output o" },
    runtime: runtimeOption,
  },
  after: [
    "Images with classes are judged by a classifier that is trained on the data first. Numbers of other counts of samples, data or " +
      "classifiers are no numbers to compare with.",
  ],
};

/**
 * @param {readonly string[]} words
 * @param {string} program
 * @returns {Promise<number>}
 */
export async function evaluate(words, program) {
  const host = await loadHost();
  const given = readCommand(words, program, evaluateSpec, host.didYouMean);
  if (!given) {
    console.log(commandHelp(program, evaluateSpec));
    return exitCodes.done;
  }
  const generator = await givenGenerator(host, given.word);
  const { bytes, card, folder, run } = generator;
  const { data, routes } = await servedData(chosenData(given, { host, program, run: run?.options, path: given.word }));
  const out = given.text("out") ?? join(folder, "evaluation.json");
  await assertWritable(out);
  const seed = given.number("seed") ?? 1;
  const [height, width] = card.sampleShape;
  const imageSize = card.sampleShape.length === 3 && height === width ? height : undefined;
  const printer = progressPrinter(process.stdout);
  /** @type {MeasureAnswer | undefined} */
  let measured;
  await askJob({
    runtime: runtimeNames.find((name) => name === given.text("runtime")) ?? run?.options.runtime ?? "chrome",
    routes: { ...routes, ...generatorRoute(bytes) },
    order: (url) => ({
      task: "measure",
      ...{ generator: `${url}${generatorPath}`, data, imageSize, seed, samples: given.number("samples") },
    }),
    fromText: host.fromText,
    take: (answer) => {
      if (answer.kind === "measured") measured = answer;
    },
    show(progress) {
      if (progress.phase === "warning") printer.note(`Note: ${printable(progress.message)}`);
      else if (progress.phase === "classifier") {
        printer.update(`training a classifier for the metrics  ${progress.done}/${progress.total} steps`);
      }
    },
    note: printer.note,
  });
  printer.end();
  if (!measured) throw new Error("Nothing was measured, and nobody says why.");
  const file = host.evaluationOf(measured, { generator: folder, seed });
  await writeOut(out, `${JSON.stringify(file, null, 2)}\n`);
  say(`${described(file)}\n\n${shownPath(out)} has all of it.`);
  return measured.measurements.length > 0 ? exitCodes.done : exitCodes.failed;
}

/**
 * What the words say, or else what the run was trained on.
 *
 * @param {import("./words.mjs").Given} given
 * @param {{ host: import("../run/host.mjs").Host, program: string, run: StartOptions | undefined, path: string }} world
 * @returns {StartOptions}
 */
function chosenData(given, { host, program, run, path }) {
  const ofData = ["data", "labels", "columns", "array", "on-bad"].flatMap((name) => {
    const text = given.text(name);
    return text === undefined ? [] : [`--${name}=${text}`];
  });
  if (given.has("data")) return parseOptions(ofData, { choices: host, kindOf, program });
  if (ofData.length > 0)
    throw new CommandLineError(`${ofData[0]} is about other data than the run's; give --data, too.`);
  if (!run) throw new CommandLineError(`${path}: nobody knows what this generator was trained on; give --data.`);
  const { data } = run;
  const lies = "file" in data ? data.file : "folder" in data ? data.folder : undefined;
  if (lies !== undefined && kindOf(lies) === "nothing") {
    throw new CommandLineError(`${lies}: what the run was trained on is not there; give it with --data.`);
  }
  return run;
}

/** @param {import("../../apps/job/generator/evaluation_file.ts").EvaluationFile} file */
function described({ step, data, seed, adapter, metrics }) {
  const entries = Object.entries(metrics);
  if (entries.length === 0) return "Samples have numbers that are not finite; there is nothing to measure.";
  const wide = Math.max(...entries.map(([name]) => name.length), 6) + 2;
  const row = (/** @type {readonly string[]} */ [name = "", value = "", corrected = "", interval = ""]) =>
    `${name.padEnd(wide)}${value.padEnd(11)}${corrected.padEnd(14)}${interval}`.trimEnd();
  const counts = entries[0]?.[1].n.map((count) => count.toLocaleString("en")).join(" against ") ?? "";
  return [
    `The generator of step ${step} against ${data}: ${counts} samples, seed ${seed}, on ${adapter}.`,
    "",
    row(["metric", "value", "without bias", "95 % interval"]),
    ...entries.map(([name, { value, corrected, interval, settings }]) =>
      row([
        name,
        `${short(value)}${outOf(name, settings)}`,
        corrected === null ? "" : short(corrected),
        interval ? `${short(interval.low)} to ${short(interval.high)}` : "",
      ]),
    ),
  ].join("\n");
}

/**
 * Of a metric that counts: of how many there are.
 *
 * @param {string} metric
 * @param {Readonly<Record<string, number | string | null>>} settings
 */
function outOf(metric, { modes, classes }) {
  const all = { "Modes captured": modes, "Classes covered": classes }[metric];
  return typeof all === "number" ? ` of ${all}` : "";
}

/** @param {number | null} value */
const short = (value) => (value === null ? "not finite" : String(Number(value.toPrecision(3))));
