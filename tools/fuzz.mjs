/** `npm run fuzz`: random programs and games, until something is wrong. `npm run fuzz -- --help` lists options. */
import process from "node:process";
import { inBatches, Lane } from "./fuzz/lanes.mjs";
import { fuzzHelp, parseFuzzOptions } from "./fuzz/options.mjs";
import { hasNaga, hasTint, prepareWorkers } from "./fuzz/workers.mjs";
import { runMain } from "./terminal/main.mjs";
import { duration, progressPrinter } from "./terminal/progress.mjs";

/**
 * @typedef {import("../tests/fuzz/worker.ts").Finding} Finding
 * @typedef {import("./fuzz/options.mjs").FuzzOptions} FuzzOptions
 *
 * @typedef {object} Run
 * @property {FuzzOptions} options
 * @property {() => boolean} isOver
 * @property {(name: string, by?: number) => void} count
 * @property {(finding: Finding) => void} fail
 * @property {(sentence: string, times: number) => void} refuse
 */

async function main() {
  const options = parseFuzzOptions(process.argv.slice(2));
  if (options.help) return console.log(fuzzHelp);
  await prepareWorkers();
  const started = Date.now();
  const printer = progressPrinter(process.stderr);
  /** @type {Map<string, number>} */
  const counts = new Map();
  const line = () => summary(counts, Date.now() - started);
  /** @type {Map<string, number>} */
  const refusals = new Map();
  /** @type {Run} */
  const run = {
    options,
    isOver: () => Date.now() - started > options.minutes * 60_000,
    count: (name, by = 1) => {
      counts.set(name, (counts.get(name) ?? 0) + by);
      printer.update(line());
    },
    refuse: (sentence, times) => refusals.set(sentence, (refusals.get(sentence) ?? 0) + times),
    fail: ({ kind, seed, way, message, code }) => {
      counts.set("failures", (counts.get("failures") ?? 0) + 1);
      printer.end();
      console.log(`\n── ${kind}, seed ${seed}, ${way}\n${message}\n${code}`);
    },
  };
  // Whatever ends it, a signal too, leaves what was counted until then.
  process.once("exit", () => {
    printer.end();
    for (const [sentence, times] of refusals) console.log(`refused ${times} times: ${sentence}`);
    console.log(line());
  });
  await Promise.all([execute(run), compile(run)]);
  if (counts.get("failures")) process.exitCode = 1;
}

const seedsOf = (/** @type {number} */ first, /** @type {number} */ length) =>
  Array.from({ length }, (_, i) => first + i);

/** @param {Run} run */
async function execute(run) {
  const { options, isOver, count, fail } = run;
  const lane = new Lane(options.runtime);
  await inBatches({
    lane,
    method: "graphs",
    seeds: seedsOf(options.seed, options.graphs),
    args: { derivatives: options.derivatives, reduce: options.reduce },
    isOver,
    onReport: (/** @type {import("../tests/fuzz/worker.ts").GraphsReport} */ report) => {
      const { findings, ...numbers } = report;
      for (const [name, value] of Object.entries(numbers)) count(name, value);
      for (const finding of findings) fail(finding);
    },
    onCrash: (seed, message) => fail({ kind: "graph", seed, way: "hangs or crashes", message, code: "" }),
  });
  await inBatches({
    lane,
    method: "games",
    seeds: seedsOf(options.seed, options.trainers),
    args: { reduce: options.reduce },
    batchSize: 5,
    isOver,
    onReport: (report) => gamesDone(report, run),
    onCrash: (seed, message) => fail({ kind: "trainer", seed, way: "hangs or crashes", message, code: "" }),
  });
  await lane.stop();
}

/**
 * @param {import("../tests/fuzz/worker.ts").GamesReport} report
 * @param {Run} run
 */
function gamesDone({ trainers, refused, playedUnfused, refusals, findings }, { count, fail, refuse }) {
  count("trainers", trainers);
  count("refused", refused);
  count("trainers unfused too", playedUnfused);
  for (const [sentence, times] of Object.entries(refusals)) refuse(sentence, times);
  for (const finding of findings) fail(finding);
}

/** @param {Run} run */
async function compile({ options, isOver, count, fail }) {
  const host = new Lane("host");
  /** @type {Lane[]} */
  const compilers = [...(hasTint() ? [new Lane("tint")] : []), ...(hasNaga() ? [new Lane("naga")] : [])];
  /** Validation of the batch before, while the next one is made. */
  let validation = Promise.resolve();
  await inBatches({
    lane: host,
    method: "sources",
    seeds: seedsOf(options.seed, options.compiled),
    args: {},
    batchSize: 25,
    isOver,
    onReport: async (/** @type {import("../tests/fuzz/worker.ts").SourcesReport} */ report) => {
      count("compiled", report.graphs);
      count("compiled with derivatives", report.derivatives);
      for (const finding of report.findings) fail(finding);
      await validation;
      validation = Promise.all(compilers.map((lane) => validate(lane, report.sources, { options, count, fail }))).then(
        () => undefined,
      );
    },
    onCrash: (seed, message) => fail({ kind: "compile", seed, way: "hangs or crashes", message, code: "" }),
  });
  await validation;
  for (const lane of [host, ...compilers]) await lane.stop();
}

/**
 * @param {Lane} lane
 * @param {readonly (readonly [code: string, seed: number])[]} sources
 * @param {Pick<Run, "options" | "count" | "fail">} run
 */
async function validate(lane, sources, { options, count, fail }) {
  /** @type {import("../tests/fuzz/worker.ts").ValidationReport} */
  let report;
  try {
    report = await lane.call("validate", { sources }, 120_000);
  } catch (error) {
    const seed = sources[0]?.[1] ?? 0;
    const message = `The compiler hangs or crashes in the sources from here on: ${error}`;
    return fail({ kind: "compile", seed, way: lane.kind, message, code: "" });
  }
  count(`sources by ${lane.kind}`, report.compiled);
  if (report.skipped > 0) count(`not for ${lane.kind}`, report.skipped);
  const seen = new Set();
  for (const [seed, message] of report.rejected) {
    if (seen.has(seed)) continue;
    seen.add(seed);
    const finding = { kind: /** @type {const} */ ("compile"), seed, way: lane.kind, message, code: "" };
    if (!options.reduce) fail(finding);
    else {
      const smaller = await lane.call("reduceCompiled", { seed }, 120_000).catch(() => finding);
      fail({ ...smaller, way: `${lane.kind} ${smaller.way}` });
    }
  }
}

/**
 * @param {ReadonlyMap<string, number>} counts
 * @param {number} milliseconds
 */
function summary(counts, milliseconds) {
  const parts = [...counts].filter(([name]) => name !== "failures").map(([name, value]) => `${value} ${name}`);
  return `${[...parts, `${counts.get("failures") ?? 0} failures`].join(", ")} in ${duration(milliseconds / 1000)}`;
}

await runMain(main);
