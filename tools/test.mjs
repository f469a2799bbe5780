/**
 * Runs the checks in order, the quick ones first, and goes on after a failure so that one run shows all of it:
 * `node tools/test.mjs` for the normal tests, `node tools/test.mjs slow` for the slow ones.
 * The last line counts them: "N passed, N failed". The type check and the lint count as one each.
 */
import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("..", import.meta.url));
const reports = join(repository, "out", "tests");
const packages = createRequire(import.meta.url);

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 * @typedef {{ name: string, run: () => Promise<Count> }} Check
 */

/** @type {readonly Check[]} */
const normal = [
  { name: "types", run: () => command("typescript", "bin/tsc", ["-p", "tsconfig.json"]) },
  {
    name: "types of the package",
    run: () => command("typescript", "bin/tsc", ["-p", "tsconfig.build.json", "--noEmit"]),
  },
  { name: "lint", run: () => command("@biomejs/biome", "bin/biome", ["check", "."]) },
  { name: "unit tests", run: () => tests("unit", "--maxWorkers", String(availableParallelism())) },
  { name: "GPU tests", run: () => shared("gpu", Math.min(2, availableParallelism())) },
];

/** @type {readonly Check[]} */
const slow = [
  {
    // Both wait for one thread of another process most of the time.
    name: "slow unit tests and, beside them, slow GPU tests",
    run: async () =>
      (await Promise.all(["slow-unit", "slow-gpu"].map((project) => tests(project, "--passWithNoTests")))).reduce(sum),
  },
];

/**
 * @param {string} name the package
 * @param {string} program its path inside the package
 * @param {readonly string[]} options
 * @returns {Promise<number>} the exit status
 */
function start(name, program, options) {
  const path = join(dirname(packages.resolve(`${name}/package.json`)), program);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [path, ...options], { cwd: repository, stdio: "inherit" });
    child.once("error", fail);
    child.once("exit", (code, signal) => {
      if (code !== 0) console.log(`${name} ended with ${signal ?? `exit code ${code}`}.`);
      done(code ?? 1);
    });
  });
}

/**
 * @param {string} name
 * @param {string} program
 * @param {readonly string[]} options
 * @returns {Promise<Count>}
 */
async function command(name, program, options) {
  const status = await start(name, program, options);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

/**
 * @param {string} project
 * @param {...string} options
 * @returns {Promise<Count>}
 */
const tests = (project, ...options) => reported(project, project, options);

/**
 * In so many browsers beside each other: shaders compile under one lock in each, which leaves cores idle.
 *
 * @param {string} project
 * @param {number} browsers
 * @returns {Promise<Count>}
 */
async function shared(project, browsers) {
  const shares = Array.from({ length: browsers }, (_, i) => i + 1);
  const counts = await Promise.all(
    shares.map((share) => reported(`${project}-${share}`, project, ["--shard", `${share}/${browsers}`])),
  );
  return counts.reduce(sum);
}

/**
 * @param {Count} a
 * @param {Count} b
 * @returns {Count}
 */
const sum = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped });

/**
 * @param {string} name of its report
 * @param {string} project
 * @param {readonly string[]} options
 * @returns {Promise<Count>}
 */
async function reported(name, project, options) {
  const report = join(reports, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const status = await start("vitest", "vitest.mjs", ["run", "--project", project, ...reporters, ...options]);
  const count = await readReport(report);
  // A crash or an error outside any test is in no report, and must not read as success.
  return status !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/**
 * @param {string} path
 * @returns {Promise<Count>}
 */
async function readReport(path) {
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number,
   *           testResults: { status: string, assertionResults: { status: string }[] }[] }} */
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(text);
  const unloadable = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
  ).length;
  return { passed: numPassedTests, failed: numFailedTests + unloadable, skipped: numPendingTests };
}

const which = process.argv[2];
if (which !== undefined && which !== "slow") {
  throw new Error(`There are no "${which}" tests; leave the word out, or say "slow".`);
}

await rm(reports, { recursive: true, force: true });
await mkdir(reports, { recursive: true });
let total = { passed: 0, failed: 0, skipped: 0 };
for (const { name, run } of which === "slow" ? slow : normal) {
  console.log(`\n── ${name}`);
  const count = await run();
  total = sum(total, count);
  if (count.failed > 0) console.log(`${name}: failed`);
}

console.log(`\nReports are in ${relative(process.cwd(), reports)}.`);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
