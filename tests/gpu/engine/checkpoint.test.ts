/** Recomputation on a GPU: the numbers of a graph that keeps its values, in less memory. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { wganGp } from "../../../src/gan/penalties/shorthands.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { Recompute, TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { conv2d } from "../../../src/nn/layers/conv2d.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { flatten as flattenLayer } from "../../../src/nn/layers/reshape.ts";
import { mlp, type Network, network } from "../../../src/nn/network/network.ts";
import { recomputing } from "../../../src/nn/network/recomputing.ts";
import { series } from "../../../src/probes/telemetry.ts";
import { Random } from "../../../src/tensor/random.ts";
import { isTensor, Tensor } from "../../../src/tensor/tensor.ts";
import { grad, type TensorTree } from "../../../src/tensor/transforms.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { createEngine, reportsOf, smallGame, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

test.runIf(inject("isThorough"))(
  "a convolutional critic has the same value, gradient, and gradient of its penalty, in less memory",
  async () => {
    const block = () => [conv2d(16, { kernel: 3, padding: 1 }), activation("leakyRelu")];
    const critic = network([8, 8, 3], [...Array.from({ length: 5 }, block).flat(), flattenLayer(), linear(1)]);
    const seeded = (stream: number) => new Random(engine.tensor([1], [], "u32"), engine.tensor([0], [], "u32"), stream);
    const parameters = flatten<Tensor>(critic.init(seeded(0)), isTensor);
    const drawn = parameters.rebuild(
      parameters.leaves.map(({ shape }, i) =>
        seeded(2 + i)
          .normal(shape)
          .mul(0.1),
      ),
    );
    const measure = async (net: Network) => {
      const [x, mixed] = [0x100, 0x200].map((stream) => seeded(stream).normal([16, 8, 8, 3])) as [Tensor, Tensor];
      const objective = (tree: TensorTree) => {
        const slope = grad((at: Tensor) => net.apply(tree, at).sum())(mixed);
        const penalty = slope.square().sum([1, 2, 3]).sqrt().sub(1).square().mean();
        return net.apply(tree, x).softplus().mean().add(penalty.mul(10));
      };
      const loss = objective(drawn as TensorTree);
      const slopes = flatten<Tensor>(grad(objective)(drawn as TensorTree), isTensor).leaves.map((slope) =>
        slope.flatten(),
      );
      const plan = await engine.plan({ label: "critic", outputs: { loss, slope: Tensor.concat(slopes) } });
      const [value, slope] = (await plan.runAndRead()) as [Float32Array, Float32Array];
      const { values: bytes } = plan.memory();
      plan.dispose();
      return { loss: value[0] as number, slope, bytes };
    };
    const [kept, again] = [await measure(critic), await measure(recomputing(critic))];
    expect(again.loss).toBeCloseTo(kept.loss, 5);
    const scale = Math.max(...kept.slope.map(Math.abs));
    expect(scale).toBeGreaterThan(0.1);
    again.slope.forEach((element, i) => {
      if (Math.abs(element - (kept.slope[i] as number)) > 1e-5 * scale) throw new Error(`Element ${i} differs.`);
    });
    expect(again.bytes).toBeLessThan(0.85 * kept.bytes);
  },
);

describe("a trainer with recompute", () => {
  const game = {
    generator: mlp([2, 16, 2], { activation: "tanh" }),
    discriminator: mlp([2, 16, 16, 16, 1], { activation: "leakyRelu" }),
    loss: "wasserstein",
    penalties: [wganGp()],
  } satisfies Partial<TrainerConfig>;
  const play = (recompute: Recompute) =>
    withTrainer(engine, { ...game, recompute }, async (trainer) => {
      const [report] = await reportsOf(trainer, { steps: 20, reportEvery: 20 });
      return report?.telemetry;
    });

  test("has the losses and the probes of one without, over 20 steps of WGAN-GP", async () => {
    const [kept, again] = [await play("none"), await play("discriminator")];
    for (const name of ["loss/discriminator", "loss/generator"]) {
      const [actual, expected] = [series(again!, name), series(kept!, name)];
      expect(expected).toHaveLength(20);
      actual.forEach((loss, i) => {
        expect(Math.abs(loss - expected[i]!), `${name} in step ${i}`).toBeLessThan(
          1e-4 * Math.max(1, Math.abs(expected[i]!)),
        );
      });
    }
    expect(again?.columns.map(({ name }) => name)).toEqual(kept?.columns.map(({ name }) => name));
  });

  test("refuses what it doesn't know", async () => {
    const config = { ...smallGame, recompute: "critic" as Recompute };
    await expect(Trainer.create(engine, config)).rejects.toThrow(OptionError);
  });
});
