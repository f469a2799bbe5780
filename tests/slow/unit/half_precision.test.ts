/** Mixed precision trains as f32 does, in less memory, in every runtime whose adapter has shader-f16. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../../tools/bundle.mjs";
import { runtimes } from "./runtimes.ts";
import type { HalfRun } from "./runtimes_half.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-half-"));
  const { code } = await bundle({ entry: "tests/slow/unit/runtimes_half.ts" });
  for (const form of ["half.js", "half.page.js"]) await writeFile(join(folder, form), code);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

for (const runtime of runtimes) {
  const title = runtime.missing ? `${runtime.name} (${runtime.missing})` : runtime.name;
  describe.skipIf(runtime.missing !== undefined)(title, () => {
    test("the losses of 200 steps agree within 2 %", async ({ skip }) => {
      const call = { folder, module: "half", method: "compareHalf", rest: [] };
      const { adapter, hasHalf, runs } = (await runtime.run(call)) as HalfRun;
      if (!hasHalf) return skip(`${adapter} has no shader-f16`);
      console.log(runtime.name, adapter, JSON.stringify(runs));
      expect(runs).toHaveLength(4);
      for (const { name, difference, bytes, lossScale, overflows } of runs) {
        expect(difference, name).toBeLessThan(0.02);
        // It did lie in memory as f16.
        expect(difference, name).toBeGreaterThan(0);
        // A penalty's own pass stays f32: it shares nothing with the one in f16, as it does with one in f32.
        expect(bytes[1], name).toBeLessThan((name === "ring with R1" ? 1.1 : 0.9) * bytes[0]);
        expect(lossScale, name).toBeGreaterThan(1);
        expect(overflows, name).toBeLessThan(10);
      }
    });
  });
}
