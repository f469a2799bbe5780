/**
 * The library in every runtime that has WebGPU: it trains as it does in Chrome, its kernels compute what they should, and a
 * process that used it ends. Runtimes that are not installed are skipped, with the command that installs them.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../../tools/bundle.mjs";
import type { RingRun } from "../../unit/package/consumer.ts";
import { type InstalledPackage, installPackage } from "../../unit/package/install.ts";
import { runInNode, runtimes } from "./runtimes.ts";
import type { Opinion } from "./runtimes_primitives.ts";

const penalties = ["r1", "wganGp"] as const;
const steps = 50;

let installed: InstalledPackage;
/** What Chrome gives, for the others to agree with. */
const expected = new Map<string, Promise<unknown>>();

beforeAll(async () => {
  installed = await installPackage();
  const folder = installed.project;
  const consumer = { absWorkingDir: folder, bundle: true, entryPoints: ["consumer.ts"], format: "esm" as const };
  // A page takes the package in its bundle; Node and Deno import it as it is installed.
  await build({ ...consumer, outfile: "consumer.page.js" });
  await build({ ...consumer, outfile: "consumer.js", packages: "external" });
  const { code } = await bundle({ entry: "tests/slow/unit/runtimes_primitives.ts" });
  for (const form of ["primitives.js", "primitives.page.js"]) await writeFile(join(folder, form), code);
}, 5 * 60_000);
afterAll(() => installed?.remove());

const ring = (penalty: string) => ({
  folder: installed.project,
  module: "consumer",
  method: "trainRing",
  rest: [penalty, steps],
});

function chromeRun(penalty: string): Promise<RingRun> {
  const known = expected.get(penalty);
  const run = known ?? runtimes[0]!.run(ring(penalty));
  expected.set(penalty, run);
  return run as Promise<RingRun>;
}

for (const runtime of runtimes) {
  const title = runtime.missing ? `${runtime.name} (${runtime.missing})` : runtime.name;
  describe.skipIf(runtime.missing !== undefined)(title, () => {
    test.each(penalties)("trains as Chrome does with %s", async (penalty) => {
      const reference = await chromeRun(penalty);
      const run = runtime === runtimes[0] ? reference : ((await runtime.run(ring(penalty))) as RingRun);
      console.log(runtime.name, run.adapter, penalty, JSON.stringify(run.losses));
      expect(run.sampleShape).toEqual([64, 2]);
      expect(run.losses).toHaveLength(steps / 10);
      // Roundings differ between drivers, and grow as two networks chase each other.
      for (const [i, tolerance] of [1e-4, 1e-3, 3e-3, 1e-2, 3e-2].entries()) {
        for (const player of ["generator", "discriminator"] as const) {
          const [given, wanted] = [run.losses[i]![player], reference.losses[i]![player]];
          expect(
            Math.abs(given - wanted),
            `${player} after ${10 * (i + 1)} steps: ${given}, not ${wanted}`,
          ).toBeLessThan(tolerance);
        }
      }
    });

    test("computes every primitive, its derivatives and its edges", async () => {
      const call = { folder: installed.project, module: "primitives", method: "judge", rest: [] };
      const { adapter, checks, failures } = (await runtime.run(call)) as Opinion;
      console.log(runtime.name, adapter, `${checks} checks`);
      expect(checks).toBeGreaterThan(100);
      expect(failures).toEqual([]);
    });
  });
}

const node = runtimes.find(({ name }) => name === "Node through Dawn");
test.skipIf(node?.missing !== undefined)(
  "in Node, a GPU that only the engine holds outlives garbage collection",
  async () => {
    const script = `
    import { Engine } from "saddlepoint";
    const results = [];
    for (let i = 0; i < 3; i++) {
      const engine = await Engine.create({ gpu: create([]), selfTest: false, onWarning() {} });
      gc();
      results.push(...(await engine.tensor([1, 2]).mul(2).data()));
      if (i > 0) engine.destroy();
      gc();
    }
    report(results);`;
    expect(await runInNode(installed.project, script)).toEqual([2, 4, 2, 4, 2, 4]);
  },
);
