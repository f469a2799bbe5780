/** A run goes back to a step that it has done, and looks at one again, bit for bit; copies of it do what it does. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { State } from "../../../src/compile/state.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { network } from "../../../src/nn/network/network.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";
import "../../../src/public/extras/steward.ts";
import { everyChoice, otherGames } from "./resumed_games.ts";
import { expectRewound } from "./rewound_run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const all = Object.entries({ ...everyChoice, ...otherGames });
/** What keeps the most. */
const most = ["the loss began", "the trick replay", "a mean of the generator, schedules, steps of the discriminator"];
const games = inject("isThorough") ? all : all.filter(([name]) => most.includes(name));

describe("a run goes back", () => {
  test.each(games)("with %s", (_, config) => expectRewound(engine, config));

  test("with controls moved where they had been moved, and forgets what was after", async () => {
    await withTrainer(engine, { history: { every: 4, snapshots: 3 }, submitMilliseconds: 1000 }, async (trainer) => {
      const rate = "generatorLearningRate";
      await reportsOf(trainer, { steps: 10, reportEvery: 5 });
      trainer.controls.set(rate, 0.02);
      await reportsOf(trainer, { steps: 5, reportEvery: 5 });
      const expected = await trainer.parameters();
      trainer.controls.set(rate, 0.3);
      await reportsOf(trainer, { steps: 20, reportEvery: 5 });
      await trainer.rewind(15);
      expect(trainer.step).toBe(15);
      expect(await trainer.parameters()).toEqual(expected);
      expect(trainer.controls.get(rate)).toBeCloseTo(0.02);
      await trainer.rewind(9);
      expect(trainer.controls.get(rate)).not.toBeCloseTo(0.02);
      await reportsOf(trainer, { steps: 1, reportEvery: 1 });
      await expect(trainer.rewind(11)).rejects.toThrow("from 0 to 10");
    });
  });

  test("and none without a history, nor ahead", async () => {
    await withTrainer(engine, {}, async (trainer) => {
      expect(() => trainer.rewind(0)).toThrow("history: {}");
    });
    await withTrainer(engine, { history: {} }, async (trainer) => {
      await expect(trainer.rewind(0)).resolves.toBeUndefined();
      await reportsOf(trainer, { steps: 2, reportEvery: 2 });
      await expect(trainer.rewind(3)).rejects.toThrow("from 0 to 2");
      await expect(trainer.rewind(-1)).rejects.toThrow("-1");
      const reports = trainer.train({ steps: 4, reportEvery: 2 });
      await reports.next();
      await expect(trainer.rewind(1)).rejects.toThrow("train() is running");
      await reports.return();
      trainer.dispose();
      expect(() => trainer.rewind(0)).toThrow("disposed");
      expect(() => trainer.explainStep(0)).toThrow("disposed");
    });
  });
});

test("a step of the past is explained: the first site that was not finite, and the run stays as it is", async () => {
  const poison: State = engine.state("poison", []);
  poison.write([1]);
  const layer = {
    kind: "poison",
    outputShape: (input: readonly number[]) => input,
    parameters: () => ({}),
    apply: (_: unknown, x: Tensor, { scope }: { readonly scope: string }) =>
      x.mul(engine.read(poison)).site(`${scope}/poison`),
  };
  const generator = network([2], [linear(8), activation("relu"), layer, linear(2)]);
  await withTrainer(engine, { generator, history: { every: 4 }, probes: { every: 0 } }, async (trainer) => {
    await reportsOf(trainer, { steps: 10, reportEvery: 10 });
    const before = await trainer.parameters();
    expect((await trainer.explainStep(5)).findings).toEqual([]);
    poison.write([Number.NaN]);
    const { step, findings, telemetry } = await trainer.explainStep(6);
    expect(step).toBe(6);
    expect(findings).toMatchObject([{ ailment: "non-finite-values", site: "generator/2/poison", sinceStep: 6 }]);
    expect(telemetry.rows).toHaveLength(1);
    expect(await trainer.parameters()).toEqual(before);
    poison.write([1]);
    await expect(trainer.explainStep(10)).rejects.toThrow("from 0 to 9");
    await reportsOf(trainer, { steps: 1, reportEvery: 1 });
  });
  poison.destroy();
});
