/** A run goes on from its file in other runtimes than Chrome, and in another one than it began in, bit for bit. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../../tools/bundle.mjs";
import { type Runtime, runtimes } from "./runtimes.ts";
import type { ByGame, RunsOf } from "./runtimes_resumed.ts";

/** One of each kind, with what keeps the most. */
const representative = [
  "the loss began",
  "the penalty historicalAveraging",
  "the trick replay",
  "the rule of play lookahead",
  "the optimiser optimisticAdam",
  "a mean of the generator, schedules, steps of the discriminator",
  "labels in both networks",
  "images in a window that moves on",
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
  const { code } = await bundle({ entry: "tests/slow/unit/runtimes_resumed.ts" });
  for (const form of ["resumed.js", "resumed.page.js"]) await writeFile(join(folder, form), code);
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
});
afterAll(() => rm(folder, { recursive: true }));

const called = (runtime: Runtime, method: string, ...rest: readonly unknown[]) =>
  runtime.run({ folder, module: "resumed", method, rest });

const byName = (wanted: string): Runtime => {
  const runtime = runtimes.find(({ name }) => name === wanted);
  if (!runtime) throw new Error(`There is no runtime ${wanted}.`);
  return runtime;
};
const [chrome, node] = [byName("Chrome"), byName("Node through Dawn")];

describe.skipIf(node.missing !== undefined)(`Node through Dawn${node.missing ? ` (${node.missing})` : ""}`, () => {
  test("2k steps are k, a file, and k more, for every choice", async () => {
    const { runs, wrong } = (await called(node, "everyRun")) as { readonly runs: number; readonly wrong: string[] };
    expect(wrong).toEqual([]);
    expect(runs).toBeGreaterThan(50);
  });

  test("what began in Chrome goes on there, and the other way round, with the same bits", async () => {
    const inChrome = (await called(chrome, "begin", representative)) as RunsOf;
    const inNode = (await called(node, "begin", representative)) as RunsOf;
    console.log(`Chrome on ${inChrome.adapter}, Node on ${inNode.adapter}`);
    const elsewhere = {
      chrome: (await called(node, "goOn", inChrome.files)) as ByGame,
      node: (await called(chrome, "goOn", inNode.files)) as ByGame,
    };
    expect(Object.keys(elsewhere.chrome)).toEqual(representative);
    expect(Object.keys(elsewhere.node)).toEqual(representative);
    // Another adapter rounds in another way: there it must go on, and no more.
    if (inChrome.adapter !== inNode.adapter) return;
    expect(elsewhere.chrome).toEqual(inChrome.ends);
    expect(elsewhere.node).toEqual(inNode.ends);
    expect(inNode.ends).toEqual(inChrome.ends);
  });
});
