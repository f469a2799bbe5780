/** `npm run doctor-suite`: trains broken and healthy configurations, and scores what diagnosis says of them. */
import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { bundle } from "./bundle.mjs";
import { driverEnvironment } from "./run/driver.mjs";
import { dawn, deno } from "./run/process.mjs";
import { CommandLineError } from "./terminal/command_line_error.mjs";
import { runMain } from "./terminal/main.mjs";
import { parseWords } from "./terminal/parse_words.mjs";

/** @typedef {import("../bench/doctor/table/table.ts").Part} Part */

const help = `npm run doctor-suite -- [options]

Trains a table of broken and healthy configurations, keeps what was measured under out/doctor, and scores diagnosis against
truth that is measured apart from it. Runs that are there already are not trained again.

  --part NAME     tuning, validation or both: which seeds (default both)
  --only TEXT     rows with this in their name
  --shard I/N     the I-th of N equal shares of the rows, from 1: for several processes beside each other
  --runtime NAME  node or deno (default node)
  --rescue        trains what a steward may rescue by itself and with one, and keeps how close samples come to the data
  --replay        trains nothing: scores what was recorded by the rules as they are
  --runs          also tells of each run what was meant, what truth sees, and what is named
  --write         also writes docs/doctor-suite.md, which is kept in the repository
  --help          this text`;

const repository = fileURLToPath(new URL("..", import.meta.url));
const folder = join(repository, "out", "doctor");
/** Mesa's software driver: apt-get install mesa-vulkan-drivers. */
const lavapipe = join("/usr/share/vulkan/icd.d", `lvp_icd.${process.arch === "arm64" ? "aarch64" : "x86_64"}.json`);

async function main() {
  const { values } = parseWords({
    options: {
      part: { type: "string" },
      only: { type: "string" },
      shard: { type: "string" },
      runtime: { type: "string" },
      rescue: { type: "boolean" },
      replay: { type: "boolean" },
      runs: { type: "boolean" },
      write: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(help);
  const parts = partsOf(values.part);
  const { only = "", runtime = "node" } = values;
  await mkdir(folder, { recursive: true });
  const what = values.rescue ? "rescue" : "recording";
  if (!values.replay) await record({ what, parts, only, shard: shardOf(values.shard) }, runtime);
  const page = await scored(parts, only, values.runs === true);
  console.log(page);
  if (values.write) await writeFile(join(repository, "docs", "doctor-suite.md"), page);
}

/**
 * Trains in a process of its own.
 *
 * @param {import("../bench/doctor/record/record_table.ts").RecordChoice} choice
 * @param {string} runtime
 */
async function record(choice, runtime) {
  const script = await bundled("bench/doctor/process.ts", "record");
  const words = [folder, JSON.stringify(choice)];
  const [command, ...all] =
    runtime === "deno"
      ? [deno(), "run", "--quiet", "--unstable-webgpu", "-A", script, ...words]
      : [process.execPath, script, pathToFileURL(dawn()).href, ...words];
  // Where there is no GPU, Deno takes Mesa's driver, which is the faster one for such small networks.
  const environment = await driverEnvironment(runtime === "deno" ? [lavapipe] : []);
  const child = spawn(command, all, {
    env: { NO_COLOR: "1", XDG_RUNTIME_DIR: "/tmp", ...process.env, ...environment },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const endWithUs = () => void child.kill();
  process.once("exit", endWithUs);
  const code = await new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  process.off("exit", endWithUs);
  if (code !== 0) throw new Error(`Recording ended with exit code ${code}.`);
}

/**
 * @param {readonly Part[]} parts
 * @param {string} only
 * @param {boolean} tellsRuns
 */
async function scored(parts, only, tellsRuns) {
  const suite = /** @type {typeof import("../bench/doctor/suite.ts")} */ (
    await import(pathToFileURL(await bundled("bench/doctor/suite.ts", "suite")).href)
  );
  const names = (await readdir(folder)).filter((name) => name.endsWith(".bin.gz")).sort();
  const chosen = names.filter(
    (name) => name.replace(".", "/").includes(only) && parts.some((part) => isOf(suite, name, part)),
  );
  const ends = (await readdir(folder)).filter((name) => name.endsWith(".rescue.json")).sort();
  const rescues = await Promise.all(ends.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))));
  // One file at a time: all of them together are larger than what a process may hold.
  const files = {
    *[Symbol.iterator]() {
      for (const name of chosen) yield readFile(join(folder, name)).then((file) => gunzipSync(file));
    },
  };
  return suite.scoreSuite(files, rescues, parts, tellsRuns ? (line) => console.log(line) : undefined);
}

/**
 * @param {typeof import("../bench/doctor/suite.ts")} suite
 * @param {string} name
 * @param {Part} part
 */
const isOf = ({ parts }, name, part) =>
  parts[part].some((/** @type {number} */ seed) => name.endsWith(`.${seed}.bin.gz`));

/**
 * @param {string} entry
 * @param {string} name
 */
async function bundled(entry, name) {
  const script = join(folder, `${name}.mjs`);
  await writeFile(script, (await bundle({ entry, sourcemap: false })).code);
  return script;
}

/** @param {string | undefined} word @returns {readonly Part[]} */
function partsOf(word = "both") {
  if (word === "both") return ["tuning", "validation"];
  if (word === "tuning" || word === "validation") return [word];
  throw new CommandLineError(`--part is "${word}"; give tuning, validation or both.`);
}

/** @param {string | undefined} word */
function shardOf(word = "1/1") {
  const [index = 0, count = 0] = word.split("/").map(Number);
  if (Number.isInteger(index) && Number.isInteger(count) && index >= 1 && index <= count) {
    return { index: index - 1, count };
  }
  throw new CommandLineError(`--shard is "${word}"; give the share and how many there are, such as 1/2.`);
}

await runMain(main);
