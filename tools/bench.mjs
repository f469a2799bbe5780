/** `npm run bench`: measures kernels and training steps, alone or beside other engines. `npm run bench -- --help` lists options. */
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { benchHelp, parseBenchOptions } from "./bench/options.mjs";
import { packBench } from "./bench/pack.mjs";
import { isSoundReport, joinedText, resultsText, terminalText } from "./bench/results.mjs";
import { runtimes, servePages } from "./bench/runtimes.mjs";
import { runMain } from "./terminal/main.mjs";
import { progressPrinter } from "./terminal/progress.mjs";

/** @typedef {import("./bench/options.mjs").BenchOptions} BenchOptions */

const port = 8081;

async function main() {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options.help) return console.log(benchHelp);
  if (options.join) return console.log(await joinFiles(options.join));
  if (options.pack !== undefined) {
    await packBench(options.pack);
    return console.log(`${options.pack} holds the benchmark; run it there with: sh run.sh`);
  }
  if (options.serve) {
    const { url } = await servePages({ peers: options.peers.length > 0, port, log: console.error });
    return console.log(`The benchmarks are at ${url}/ (Ctrl-C ends).`);
  }
  await measure(options);
}

/** @param {BenchOptions} options */
async function measure({ runtime, json, write, ...options }) {
  const printer = progressPrinter(process.stderr);
  const report = await runtimes[runtime](pageConfig(options), printer.update);
  printer.end();
  console.log(await terminalText(report));
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  if (write) await writeFile(resultsFile(runtime), await resultsText(report, command()));
  if (!(await isSoundReport(report))) process.exitCode = 1;
}

/**
 * @param {import("../bench/page_config.ts").PageConfig} options
 * @returns {import("../bench/page_config.ts").PageConfig}
 */
function pageConfig({ only, rounds, leastMilliseconds, peers, ceiling }) {
  return { only, rounds, leastMilliseconds, peers, ceiling };
}

/** @param {BenchOptions["runtime"]} runtime */
function resultsFile(runtime) {
  const name = runtime === "chrome" ? "RESULTS.md" : `RESULTS-${runtime}.md`;
  return fileURLToPath(new URL(`../bench/${name}`, import.meta.url));
}

/** As it would be typed. */
function command() {
  const words = process.argv.slice(2).map((word) => (/^[\w.,/-]+$/.test(word) ? word : `"${word}"`));
  return ["npm run bench --", ...words].join(" ");
}

/** @param {readonly string[]} paths */
async function joinFiles(paths) {
  const [ours, torch] = await Promise.all(paths.map(async (path) => JSON.parse(await readFile(path, "utf8"))));
  return joinedText(ours, torch);
}

await runMain(main);
