import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { createEngine, reportsOf, withTrainer } from "./fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

test("speed", async () => {
  await withTrainer(engine, {}, async (trainer) => {
    console.log(trainer.explain());
    const t = performance.now();
    const reports = await reportsOf(trainer, { steps: 500, reportEvery: 100 });
    console.log(performance.now() - t, JSON.stringify(reports.at(-1)?.findings));
    console.log(reports.map((r) => [r.step, r.losses, r.telemetry.rows.length]));
  });
}, 200000);
