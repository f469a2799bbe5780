/** `saddlepoint sample RUN`: draws samples of a run's generator, where trainings are done. */
import { join } from "node:path";
import process from "node:process";
import { askJob } from "../run/ask_job.mjs";
import { loadHost } from "../run/host.mjs";
import { toldOf } from "../run/run_folder.mjs";
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
import { shownPath } from "./said.mjs";
import { say } from "./say.mjs";
import { commandHelp, readCommand, seedRange } from "./words.mjs";
import { outPlace, writeOut } from "./write_out.mjs";

/** @typedef {import("../../apps/job/tasks/draw.ts").DrawAnswer} DrawAnswer */

const usual = { count: 100, seed: 1 };
/** They are held in memory, and a file of NumPy is made there: a gigabyte. */
const mostNumbers = 2 ** 28;

/** @type {import("./words.mjs").CommandSpec} */
export const sampleSpec = {
  about: [
    "Draws samples of a run's generator, as of its last checkpoint. The same seed draws the same samples, and more of them begin with the " +
      "same ones.",
  ],
  word: generatorWord,
  options: {
    count: {
      value: "N",
      number: { low: 1, high: 1_000_000, whole: true },
      about: `how many (default ${usual.count})`,
      also: "n number samples numsamples",
    },
    seed: {
      value: "N",
      number: seedRange,
      about: `of the random numbers that they are made of (default ${usual.seed})`,
      also: "randomseed",
    },
    label: {
      value: "L",
      about: "the class of all samples, by name or number (default: each is as likely); for a run with --conditional",
      also: "class",
    },
    out: {
      value: "FOLDER",
      about: "where to (default: the folder samples beside the generator)",
      also: "outdir output o",
    },
    runtime: runtimeOption,
  },
  after: [
    "Images become samples.png, points samples.svg and samples.csv, and all of them samples.npz, for NumPy: arrays samples [N, ...] in " +
      "the data's own units and, of classes, labels [N].",
  ],
};

/**
 * @param {readonly string[]} words
 * @param {string} program
 * @returns {Promise<number>}
 */
export async function sample(words, program) {
  const host = await loadHost();
  const given = readCommand(words, program, sampleSpec, host.didYouMean);
  if (!given) {
    console.log(commandHelp(program, sampleSpec));
    return exitCodes.done;
  }
  const { bytes, card, folder, run } = await givenGenerator(host, given.word);
  const count = given.number("count") ?? usual.count;
  const seed = given.number("seed") ?? usual.seed;
  const size = card.sampleShape.reduce((product, length) => product * length, 1);
  if (count * size > mostNumbers) {
    throw new CommandLineError(
      `--count ${count}: samples of ${size} numbers would take more than a gigabyte; give at most ${Math.floor(mostNumbers / size)}.`,
    );
  }
  const label = labelOf(given.text("label"), card, host);
  const out = await outPlace(given.text("out") ?? join(folder, "samples"));
  const runtime = runtimeNames.find((name) => name === given.text("runtime")) ?? run?.options.runtime ?? "chrome";
  const printer = progressPrinter(process.stdout);
  /** @type {DrawAnswer[]} */
  const parts = [];
  let drawn = 0;
  await askJob({
    runtime,
    routes: generatorRoute(bytes),
    order: (url) => ({ task: "draw", generator: `${url}${generatorPath}`, count, seed, label }),
    fromText: host.fromText,
    take: (answer) => {
      if (answer.kind !== "samples") return;
      parts.push(answer);
      drawn += answer.shape[0] ?? 0;
      printer.update(`drawn ${drawn}/${count}`);
    },
    show: (progress) => progress.phase === "warning" && printer.note(`Note: ${printable(progress.message)}`),
    note: printer.note,
  });
  printer.end();
  const told = run ? toldOf(host, folder) : [];
  const files = await host.sampleFiles(host.joined(parts), { ...host.besideOf(told), step: card.step });
  for (const { name, content } of files) await writeOut(join(out, name), content);
  const shape = [count, ...card.sampleShape].join(", ");
  say(
    `${count} ${count === 1 ? "sample" : "samples"} [${shape}] of the generator of step ${card.step}, seed ${seed}` +
      `${label === undefined ? "" : `, class ${card.classNames?.[label] ?? label}`}\n` +
      `Files   ${files.map(({ name }) => name).join(", ")}\n        in ${shownPath(out)}`,
  );
  return exitCodes.done;
}

/**
 * @param {string | undefined} text
 * @param {import("saddlepoint/generator").GeneratorCard} card
 * @param {Pick<import("../run/host.mjs").Host, "didYouMean">} host
 * @returns {number | undefined}
 */
export function labelOf(text, { classes, classNames = [] }, { didYouMean }) {
  if (text === undefined) return undefined;
  if (classes === undefined) {
    throw new CommandLineError(
      `--label ${text}: the generator is told no class, since the run was not trained with --conditional; leave it out.`,
    );
  }
  const named = classNames.indexOf(text);
  if (named >= 0) return named;
  if (/^\d+$/.test(text) && Number(text) < classes) return Number(text);
  const names = classNames.length > 0 ? `, or a name: ${classNames.join(", ")}` : "";
  throw new CommandLineError(
    `--label ${text}: there is no such class; give a number from 0 to ${classes - 1}${names}.${didYouMean(text, classNames)}`,
  );
}
