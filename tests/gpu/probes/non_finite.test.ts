/** Whatever breaks a game, the finding names the place where it began, and the step. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { State } from "../../../src/compile/state.ts";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { sampler } from "../../../src/data/sampler.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { Layer } from "../../../src/nn/layer.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { network } from "../../../src/nn/network/network.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
let poisons: readonly State[];
beforeAll(async () => {
  engine = await createEngine();
  poisons = ["generator", "discriminator", "data", "backward"].map((name) => engine.state(name, []));
});
afterAll(() => engine.destroy());

/** A layer that does what is asked with the value of a state. */
const poisoned = (f: (x: Tensor) => Tensor): Layer => ({
  kind: "poison",
  outputShape: (input) => input,
  parameters: () => ({}),
  apply: (_, x, { scope }) => f(x).site(`${scope}/poison`),
});
const times = (index: number) => poisoned((x) => x.mul(engine.read(poisons[index]!)));
/** The value is x, and the slope 1 + s. */
const steep = poisoned((x) => {
  const much = x.mul(engine.read(poisons[3]!));
  return x.add(much.sub(much.detach()));
});

/** What does nothing. */
const harmless = (index: number) => (index === 3 ? 0 : 1);

/** In step 10, one of them becomes NaN, or the slope too steep to be passed on; from step 20 on, all is well again. */
test.each([
  ["the generator", 0, Number.NaN, "generator/2/poison", "value", ["discriminator", "generator"]],
  ["the discriminator", 1, Number.NaN, "discriminator/2/poison", "value", ["discriminator", "generator"]],
  ["the data", 2, Number.NaN, "data/real", "value", ["discriminator"]],
  ["the gradient alone", 3, 1e30, "discriminator/2/poison", "gradient", []],
] as const)("%s", async (_, index, value, site, what, lost) => {
  for (const [i, poison] of poisons.entries()) poison.write([harmless(i)]);
  const ring = gaussianRing().prepare(engine);
  const config = {
    generator: network([2], [linear(8), activation("relu"), times(0), linear(2)]),
    discriminator: network([2], [linear(8), activation("relu"), times(1), steep, steep, linear(1)]),
    data: sampler({
      name: "poisoned ring",
      sampleShape: [2],
      sample: (random, size) => ring.batch(random, size).samples.mul(engine.read(poisons[2]!)),
    }),
    batchSize: 8,
  };
  await withTrainer(engine, config, async (trainer) => {
    const [before] = await reportsOf(trainer, { steps: 10, reportEvery: 10 });
    expect(before!.findings.filter(({ ailment }) => ailment === "non-finite-values")).toEqual([]);
    poisons[index]!.write([value]);
    const after = (await reportsOf(trainer, { steps: 10, reportEvery: 10 })).at(-1)!;
    const finding = after.findings.find(({ ailment }) => ailment === "non-finite-values");
    expect(finding?.evidence).toMatchObject({ site, what, step: 10 });
    expect(finding).toMatchObject({ site, sinceStep: 10 });
    // A rectifier hides nothing, and what is not finite spoils nothing else.
    const broken = Object.entries(after.losses).filter(([, loss]) => Number.isNaN(loss));
    expect(broken.map(([player]) => player).toSorted()).toEqual(lost);
    poisons[index]!.write([harmless(index)]);
    const healed = (await reportsOf(trainer, { steps: 10, reportEvery: 10 })).at(-1)!;
    expect(Object.values(healed.losses).every(Number.isFinite)).toBe(true);
    for (const values of Object.values(await trainer.parameters())) expect(values.every(Number.isFinite)).toBe(true);
  });
  ring.dispose();
});
