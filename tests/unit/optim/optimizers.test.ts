/** The optimisers' graphs in float64 against an independent implementation. `tests/gpu/nn/optim.test.ts` does it in f32. */
import { describe, expect, test } from "vitest";
import { compareGradients } from "../../../src/autodiff/check.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { input } from "../../../src/graph/primitives/leaf.ts";
import { adam } from "../../../src/optim/adam.ts";
import type { OptimizerConfig } from "../../../src/optim/optimizer_config.ts";
import { createOptimizer, optimizers } from "../../../src/optim/registry.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad, valueAndGrad } from "../../../src/tensor/transforms.ts";
import { asArguments, operand } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { slotOf } from "../../reference/slots.ts";
import { configs, describeConfig, independent, stepIndependently } from "./independent.ts";

const length = 5;

/** One step as a function of plain arrays. */
function makeStep(config: OptimizerConfig) {
  const { optimizer, lr } = createOptimizer(config);
  const leaf = (name: string, shape: readonly number[]) => new Tensor(input(name, shape));
  const [parameters, gradient, step, rate] = [leaf("p", [length]), leaf("g", [length]), leaf("t", []), leaf("lr", [])];
  const slots = optimizer.slots.map((name) => leaf(name, [length]));
  const next = optimizer.step({ parameters, gradient, slots, step, learningRate: rate });
  const idOf = (tensor: Tensor) => slotOf(tensor.node).id;
  return {
    slots: optimizer.slots.length,
    run: (p: ArrayLike<number>, g: ArrayLike<number>, t: number, memory: readonly ArrayLike<number>[]) =>
      evaluate([next.parameters.node, ...next.slots.map(({ node }) => node)], {
        inputs: new Map<number, ArrayLike<number>>([
          [idOf(parameters), p],
          [idOf(gradient), g],
          [idOf(step), [t]],
          [idOf(rate), [lr]],
          ...slots.map((slot, i) => [idOf(slot), memory[i] as ArrayLike<number>] as const),
        ]),
      }),
  };
}

describe("20 steps agree with an independent implementation:", () => {
  test.each(configs.map((config) => [describeConfig(config), config] as const))("%s", (_, config) => {
    const rng = createRng("optimiser");
    const step = makeStep(config);
    let theta: Float64Array = Float64Array.from({ length }, () => rng.between(-1, 1));
    let memory: Float64Array[] = Array.from({ length: step.slots }, () => new Float64Array(length));
    const other = theta.slice();
    const otherMemory = new Map<string, Float64Array>();
    for (let t = 1; t <= 20; t++) {
      // From the tiniest to large ones, and exact zeros.
      const g = [1e-6, 1e-3, 1, 10, 0].map((scale) => scale * rng.between(-1, 1));
      [theta, ...memory] = step.run(theta, g, t, memory) as [Float64Array, ...Float64Array[]];
      stepIndependently(config, other, g, t, otherMemory);
      theta.forEach((value, i) => {
        // The graph's constants are f32: 1e-8 and 0.999 are off by 6e-8 of themselves.
        expect(Math.abs(value - (other[i] as number)), `step ${t}, element ${i}`).toBeLessThan(5e-6);
      });
    }
    expect(theta.some((value) => Math.abs(value) > 0.05)).toBe(true);
  });

  test("every type is among them", () => {
    expect(new Set(configs.map(({ type }) => type))).toEqual(new Set(Object.keys(independent)));
    expect(Object.keys(optimizers).sort()).toEqual(Object.keys(independent).sort());
  });
});

describe("Adam", () => {
  test("takes a first step of the learning rate, whatever the gradient's size", () => {
    const step = makeStep({ type: "adam", lr: 0.01, betas: [0.9, 0.999], epsilon: 1e-12 });
    const zeros = new Float64Array(length);
    const [theta] = step.run(zeros, [1e-4, -1e-2, 1, -50, 1e4], 1, [zeros, zeros]);
    [-0.01, 0.01, -0.01, 0.01, -0.01].forEach((wanted, i) => {
      expect(theta![i]).toBeCloseTo(wanted, 6);
    });
  });

  test("corrects for the start at zero to all digits with a beta next to one", () => {
    const step = makeStep({ type: "adam", lr: 1, betas: [0.9999, 0.99999], epsilon: 0 });
    const zeros = new Float64Array(length);
    const [theta] = step.run(zeros, [1, 1, 1, 1, 1], 1, [zeros, zeros]);
    // An f32 0.9999 is off by 2e-8, and 1 minus it by 2e-4 of itself: neither factor may be made that way.
    expect(theta![0]).toBeCloseTo(-1, 6);
  });
});

describe("an optimiser can be differentiated:", () => {
  /** How a loss depends on where `steps` of gradient descent on another loss began, as an unrolled GAN has it. */
  test.each([
    ["one step of adam", 1, adam({ betas: [0.5, 0.9], epsilon: 1e-2 })],
    ["three steps of adam", 3, adam({ betas: [0.5, 0.9], epsilon: 1e-2 })],
    ["three steps of sgd with momentum", 3, createOptimizer({ type: "sgd", momentum: 0.9 }).optimizer],
    ["three steps of optimistic adam", 3, createOptimizer({ type: "optimisticAdam", epsilon: 1e-2 }).optimizer],
    ["three steps of clipped sgd", 3, createOptimizer({ type: "sgd", clipNorm: 0.5 }).optimizer],
    ["three steps of rmsprop", 3, createOptimizer({ type: "rmsprop", decay: 0.9, epsilon: 1e-2 }).optimizer],
  ])("%s", async (_, steps, optimizer) => {
    const rng = createRng("unrolled");
    const operands = [
      operand(rng, [length], (r) => r.between(-1, 1)),
      operand(rng, [length], (r) => r.between(0.5, 2)),
    ];
    const { nodes, environment } = asArguments(operands);
    const [start, scale] = nodes.map((node) => new Tensor(node)) as [Tensor, Tensor];
    const inner = (theta: Tensor, by: Tensor) => theta.sub(0.3).mul(by).tanh().square().sum();
    const outer = ([at, by]: [Tensor, Tensor]) => {
      let theta = at;
      let slots = optimizer.slots.map(() => Tensor.full([length], 0));
      for (let t = 1; t <= steps; t++) {
        const gradient = grad((x: Tensor) => inner(x, by))(theta);
        const input = { parameters: theta, gradient, slots, step: Tensor.scalar(t), learningRate: Tensor.scalar(0.1) };
        const next = optimizer.step(input);
        theta = next.parameters;
        slots = [...next.slots];
      }
      return theta.mul(theta).mul(theta).sum();
    };
    const [loss, gradient] = valueAndGrad(outer)([start, scale]);
    const analytic = evaluate(
      gradient.map(({ node }) => node),
      environment(),
    );
    const { mismatches } = await compareGradients(
      (args) => evaluate([loss.node], environment(args))[0]![0] as number,
      analytic,
      operands.map(({ values }) => Float64Array.from(values)),
      { tolerance: 1e-6 },
    );
    expect(mismatches).toEqual([]);
    // The steps are not cut out of the derivative: only through them does the loss depend on the scale.
    expect(Math.hypot(...(analytic[1] as Float64Array))).toBeGreaterThan(1e-3);
  });
});

test.each(["adam", "rmsprop"] as const)(
  "behind a unit that is off, a step of %s has a derivative of zero, not NaN",
  (type) => {
    const { optimizer } = createOptimizer({ type });
    const { nodes, environment } = asArguments([operand(createRng("off"), [length], () => -1)]);
    const after = grad((unit: Tensor) => {
      const slots = optimizer.slots.map(() => Tensor.full([length], 0));
      const input = {
        parameters: Tensor.full([length], 1),
        slots,
        step: Tensor.scalar(1),
        learningRate: Tensor.scalar(0.1),
      };
      return optimizer.step({ ...input, gradient: unit.relu() }).parameters.sum();
    })(new Tensor(nodes[0]!));
    expect(Array.from(evaluate([after.node], environment())[0]!)).toEqual(new Array(length).fill(0));
  },
);

describe("options out of range are refused in a sentence:", () => {
  const refusals: readonly (readonly [OptimizerConfig, string])[] = [
    [{ type: "sgd", momentum: 1 }, "sgd: momentum is 1; it must be at least -1 and less than 1."],
    [{ type: "sgd", lr: -1 }, "sgd: the learning rate -1 must be at least 0."],
    [{ type: "sgd", lr: Number.NaN }, "sgd: the learning rate NaN must be at least 0."],
    [{ type: "rmsprop", decay: 1 }, "rmsprop: decay is 1; it must be at least 0 and less than 1."],
    [{ type: "rmsprop", epsilon: -1e-8 }, "rmsprop: epsilon is -1e-8; give a number of at least 0."],
    [{ type: "adam", betas: [1, 0.9] }, "adam: the first beta is 1; it must be at least 0 and less than 1."],
    [{ type: "adam", betas: [0.9, -0.1] }, "adam: the second beta is -0.1; it must be at least 0 and less than 1."],
    [{ type: "adamw", weightDecay: Number.NaN }, "adamw: weightDecay is NaN; give a number of at least 0."],
    [{ type: "optimisticAdam", betas: [0.5, 1] }, "optimisticAdam: the second beta is 1; it must be at least 0"],
    [{ type: "sgd", clipNorm: -1 }, "sgd: clipNorm is -1; give a number of at least 0."],
    [{ type: "rmsprop", clipWeights: Number.NaN }, "rmsprop: clipWeights is NaN; give a number of at least 0."],
    [
      { type: "lion" as "adam" },
      `createOptimizer: there is no optimiser "lion". These exist: ${Object.keys(optimizers).join(", ")}.`,
    ],
    [
      { type: "valueOf" as "adam" },
      `createOptimizer: there is no optimiser "valueOf". These exist: ${Object.keys(optimizers).join(", ")}.`,
    ],
  ];
  test.each(refusals)("%o", (config, message) => {
    expect(() => createOptimizer(config)).toThrow(OptionError);
    expect(() => createOptimizer(config)).toThrow(message);
  });
});

test("the learning rate has a default of each type, and 0 is taken as given", () => {
  for (const type of Object.keys(optimizers) as OptimizerConfig["type"][]) {
    expect(createOptimizer({ type } as OptimizerConfig).lr).toBe(optimizers[type].lr);
    expect(createOptimizer({ type, lr: 0 } as OptimizerConfig).lr).toBe(0);
  }
});
