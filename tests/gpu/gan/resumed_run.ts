/** What tests of snapshots share: a run that is taken up by another trainer. */
import { expect } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { readCheckpoint, writeCheckpoint } from "../../../src/gan/run/checkpoint.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { reportsOf } from "../fixtures.ts";

/** Odd, so that lazy terms and probes of every second step come out of step. */
const k = 3;

/**
 * Expects 2k steps to be k steps, a checkpoint's file, its restoration in a new trainer, and k steps: bit for bit, telemetry
 * included.
 */
export async function expectResumed(engine: Engine, config: TrainerConfig): Promise<void> {
  const options = { steps: k, reportEvery: k };
  const first = await Trainer.create(engine, config);
  await reportsOf(first, options);
  const taken = structuredClone(await first.snapshot());
  await reportsOf(first, options);
  const expected = await first.snapshot();
  first.dispose();
  const second = await Trainer.create(engine, config);
  second.restore(await readCheckpoint(await writeCheckpoint(taken)));
  // Strictly: `toEqual` looks into no ArrayBuffer.
  expect(await second.snapshot()).toStrictEqual(taken);
  await reportsOf(second, options);
  const actual = await second.snapshot();
  second.dispose();
  expect(actual).toStrictEqual(expected);
  const parameters = ({ states }: typeof taken) => states.filter(({ path }) => path.endsWith("/parameters"));
  expect(parameters(expected)).not.toStrictEqual(parameters(taken));
}
