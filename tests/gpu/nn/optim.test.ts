/** The optimisers as plans over arenas: numbers, one kernel for a whole network, tails, and derivatives through a step. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { adam } from "../../../src/optim/adam.ts";
import type { OptimizerConfig } from "../../../src/optim/optimizer_config.ts";
import { createOptimizer } from "../../../src/optim/registry.ts";
import { SoloLearner } from "../../../src/optim/solo_learner.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad, type TensorTree, valueAndGrad } from "../../../src/tensor/transforms.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { configs, describeConfig, stepIndependently } from "../../unit/optim/independent.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const titled = configs.map((config) => [describeConfig(config), config] as const);

/** A plan whose run is one step of the optimiser, with the gradient in a state that the test fills. */
async function makeStepper(config: OptimizerConfig, size: number) {
  const { optimizer, lr } = createOptimizer(config);
  const vector = (name: string) => engine.state(name, [size]);
  const [parameters, gradient] = [vector("parameters"), vector("gradient")];
  const slots = optimizer.slots.map(vector);
  const steps = engine.state("steps", [], "u32");
  const count = engine.read(steps);
  const next = optimizer.step({
    parameters: engine.read(parameters),
    gradient: engine.read(gradient),
    slots: slots.map((slot) => engine.read(slot)),
    step: count.cast("f32").add(1),
    learningRate: engine.tensor([lr], []),
  });
  const plan = await engine.plan({
    label: config.type,
    updates: [
      [parameters, next.parameters],
      ...next.slots.map((slot, i) => [slots[i]!, slot] as const),
      [steps, count.add(Tensor.scalar(1, "u32"))],
    ],
  });
  const dispose = () => {
    plan.dispose();
    for (const state of [parameters, gradient, steps, ...slots]) state.destroy();
  };
  return { plan, parameters, gradient, dispose };
}

describe("20 steps agree with float64, over sizes with every kind of tail:", () => {
  test.each(titled)("%s", async (_, config) => {
    for (const size of [1, 3, 65, 1025]) {
      const rng = createRng(`${size}`);
      const { plan, parameters, gradient, dispose } = await makeStepper(config, size);
      const theta = Float64Array.from({ length: size }, () => Math.fround(rng.between(-1, 1)));
      const memory = new Map<string, Float64Array>();
      parameters.write(Float32Array.from(theta));
      const scales = Array.from({ length: size }, () => 10 ** rng.integer(-6, 1));
      for (let t = 1; t <= 20; t++) {
        const g = Float32Array.from(scales, (scale) => scale * rng.between(-1, 1));
        gradient.write(g);
        await plan.run();
        stepIndependently(config, theta, g, t, memory);
        // The first steps show the correction of Adam's moments.
        if (t > 3 && t < 20) continue;
        const [bytes] = await engine.download([parameters]);
        new Float32Array(bytes!).forEach((value, i) => {
          expect(Math.abs(value - theta[i]!), `size ${size}, step ${t}, element ${i}`).toBeLessThan(
            1e-5 * Math.max(1, Math.abs(theta[i]!)),
          );
        });
      }
      dispose();
    }
  });
});

describe("the update of a whole network is one kernel:", () => {
  test.each(titled)("%s", async (_, config) => {
    const learner = new SoloLearner(
      engine,
      "generator",
      mlp([3, 17, 9, 2], { activation: "tanh" }),
      createOptimizer(config),
    );
    const { size } = learner.arena;
    const x = engine.tensor(
      Float32Array.from({ length: 15 }, (_, i) => Math.sin(i)),
      [5, 3],
    );
    const gradient = grad((parameters: TensorTree) => learner.network.apply(parameters, x).square().sum())(
      learner.parameters,
    );
    const step = learner.step(gradient, engine.tensor([0.01], []));
    const plan = await engine.plan({ label: "step", updates: step.updates });
    const { kernels } = plan.explain();
    const arenaWrites = kernels.filter(({ writes }) => writes.includes("generator parameters"));
    expect(arenaWrites).toHaveLength(1);
    expect(arenaWrites[0]!.parts.map(({ shape }) => shape.join())).toContain(String(size));
    // The moments are written by the same kernel.
    for (const { label } of learner.states.slice(1, -1)) expect(arenaWrites[0]!.writes).toContain(label);
    // Nothing else has the arena's size; what is left after the update are scalars.
    const parts = kernels.flatMap((kernel) => kernel.parts);
    expect(parts.filter(({ shape }) => shape.join() === String(size))).toHaveLength(1);
    for (const { shape } of kernels.slice(kernels.indexOf(arenaWrites[0]!) + 1).flatMap((kernel) => kernel.parts)) {
      expect(shape.reduce((a, b) => a * b, 1)).toBe(1);
    }
    plan.dispose();
    learner.dispose();
  });
});

test("the derivative through three steps of Adam agrees with the reference", async () => {
  const length = 7;
  const optimizer = adam({ betas: [0.5, 0.9], epsilon: 1e-2 });
  const rng = createRng("unrolled on the GPU");
  const vector = (low: number, high: number) =>
    engine.tensor(Float32Array.from({ length }, () => rng.between(low, high)));
  const inner = (theta: Tensor, scale: Tensor) => theta.sub(0.3).mul(scale).tanh().square().sum();
  const [loss, gradient] = valueAndGrad(([start, scale]: [Tensor, Tensor]) => {
    let theta = start;
    let slots: readonly Tensor[] = optimizer.slots.map(() => Tensor.full([length], 0));
    for (let t = 1; t <= 3; t++) {
      const next = optimizer.step({
        parameters: theta,
        gradient: grad((x: Tensor) => inner(x, scale))(theta),
        slots,
        step: Tensor.scalar(t),
        learningRate: Tensor.scalar(0.1),
      });
      theta = next.parameters;
      slots = next.slots;
    }
    return theta.mul(theta).mul(theta).sum();
  })([vector(-1, 1), vector(0.5, 2)]);
  const nodes = [loss, ...gradient].map(({ node }) => node);
  const actual = await engine.evaluate(nodes);
  evaluate(nodes).forEach((wanted, k) => {
    const scale = Math.hypot(...wanted);
    expect(scale).toBeGreaterThan(1e-3);
    expect(Math.hypot(...wanted.map((value, i) => value - actual[k]![i]!)) / scale).toBeLessThan(1e-4);
  });
});
