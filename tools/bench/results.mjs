/** What is said about a run: tables for a terminal, and bench/RESULTS.md. */
import { cpus, platform, release, totalmem } from "node:os";
import { bundle } from "../bundle.mjs";

/** @typedef {import("../../bench/core/report.ts").Report} Report */

/**
 * Node can't import TypeScript, so modules are bundled and imported from memory.
 *
 * @param {string} entry
 */
async function load(entry) {
  const { code } = await bundle({ entry, sourcemap: false });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

/** @returns {Promise<typeof import("../../bench/core/table.ts")>} */
const loadTables = () => load("bench/core/table.ts");

/**
 * Whether all that this engine did was measured, and right.
 *
 * @param {Report} report
 * @returns {Promise<boolean>}
 */
export async function isSoundReport(report) {
  const { isSound } = await load("bench/core/report.ts");
  return report.workloads.every(isSound);
}

/** @param {Report} report */
export async function terminalText(report) {
  const { tablesOf, textTable } = await loadTables();
  return [machineLines(report).join("\n"), ...tablesOf(report.workloads).map(textTable)].join("\n\n");
}

/**
 * @param {Report} report
 * @param {import("../../bench/core/torch_report.ts").TorchReport} torch
 * @returns {Promise<string>} a table in Markdown
 */
export async function joinedText(report, torch) {
  const [{ joinedTable }, { markdownTable }] = [await load("bench/core/torch_report.ts"), await loadTables()];
  return markdownTable(joinedTable(report, torch));
}

/**
 * @param {Report} report
 * @param {string} command
 */
export async function resultsText(report, command) {
  const { markdownTable, tablesOf } = await loadTables();
  return `# Results

Written by \`${command}\`.

${machineLines(report)
  .map((line) => `- ${line}`)
  .join("\n")}

Rates are medians of ${report.rounds} rounds, those of kernels alone of three times as many, those with and without probes of
at least ten, with the lowest and the highest. The variants of a workload take turns in every round, each sample lasts at least ${report.leastMilliseconds} ms and ends with a
wait for the GPU, and comparisons are made round by round; rates of different workloads, or of different runs, are not
comparable on a noisy machine. Every result is checked: kernels against float64, engines against each other's losses after
one, three and five iterations. An interval is that of the median, by the bootstrap. The *share of the limit* is a rate as a
part of that of a list of kernels that were wired by hand for the problem, and tuned here before: above 1, it is faster.
*MB moved* counts everything that a kernel reads or writes once, for all kernels of a run.
${report.adapter.software ? softwareNote : gpuNote}
${tablesOf(report.workloads).map(markdownTable).join("\n\n")}
`;
}

const softwareNote = `
This adapter computes on the CPU, with a part of its speed. Engines in WebAssembly use the same CPU without that loss, and are
faster wherever their kernels are good; what they say about a GPU is nothing.
`;

const gpuNote = `
Hand-wired products stay in registers. On a GPU, whose workgroup memory they leave unused, their lists are a mark rather than
the limit.
`;

/** @param {Report} report */
function machineLines({ date, runtime, adapterName, features }) {
  const { model = "unknown processor" } = cpus()[0] ?? {};
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `date: ${date}`,
    `machine: ${cpus().length} x ${model.trim()}, ${memory} GiB, ${platform()} ${release()}`,
    `runtime: ${runtime}`,
    `adapter: ${adapterName}; features ${features.join(", ")}`,
  ];
}
