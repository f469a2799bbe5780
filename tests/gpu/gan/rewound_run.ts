/** What tests of going back share: a run that takes its steps again, and a copy that takes them beside it. */
import { expect } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { reportsOf } from "../fixtures.ts";

/** Odd, so that lazy terms, probes and snapshots of every second step come out of step. */
const k = 3;

/**
 * Expects a run of 2k steps to be k steps and k of a copy without changes, and to be k steps again once it is put back to there, and 2k again
 * after k more: bit for bit.
 */
export async function expectRewound(engine: Engine, config: TrainerConfig): Promise<void> {
  const options = { steps: k, reportEvery: k };
  const trainer = await Trainer.create(engine, { ...config, history: { every: 2, snapshots: 3 } });
  const statesOf = async (of: Trainer) => (await of.snapshot()).states;
  try {
    await reportsOf(trainer, options);
    const half = await trainer.snapshot();
    await reportsOf(trainer, options);
    const whole = await statesOf(trainer);
    const fork = await trainer.fork([], half);
    await reportsOf(fork, options);
    expect(await statesOf(fork)).toStrictEqual(whole);
    fork.dispose();
    expect(await statesOf(trainer)).toStrictEqual(whole);
    await trainer.rewind(k);
    expect(trainer.step).toBe(k);
    expect(await statesOf(trainer)).toStrictEqual(half.states);
    await reportsOf(trainer, options);
    expect(await statesOf(trainer)).toStrictEqual(whole);
    await trainer.explainStep(k - 1);
    expect(await statesOf(trainer)).toStrictEqual(whole);
  } finally {
    trainer.dispose();
  }
}
