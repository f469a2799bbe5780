/** The generator's gradient through steps of the discriminator's Adam: finite differences in float64, and the GPU against that. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareGradients } from "../../../src/autodiff/check.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { minimax } from "../../../src/gan/losses/minimax.ts";
import type { PlayerState } from "../../../src/gan/play/game.ts";
import { unroll } from "../../../src/gan/play/unroll.ts";
import { adam } from "../../../src/optim/adam.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { valueAndGrad } from "../../../src/tensor/transforms.ts";
import { asArguments, operand } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

const batch = 6;

/** Two layers with their biases out of one vector: [batch, inputs] to [batch, outputs], smooth everywhere. */
function network(parameters: Tensor, x: Tensor, widths: readonly [number, number, number]): Tensor {
  const [inputs, hidden, outputs] = widths;
  let used = 0;
  const take = (rows: number, columns: number) => {
    const part = parameters.slice([used], [rows * columns]).reshape([rows, columns]);
    used += rows * columns;
    return part;
  };
  const between = x.matmul(take(inputs, hidden)).add(take(1, hidden)).tanh();
  return between.matmul(take(hidden, outputs)).add(take(1, outputs));
}

const generatorWidths = [2, 4, 2] as const;
const discriminatorWidths = [2, 5, 1] as const;
const sizeOf = ([inputs, hidden, outputs]: readonly [number, number, number]) =>
  (inputs + 1 + outputs) * hidden + outputs;

const rng = createRng("unrolled discriminator");
const normal = () => rng.between(-1, 1);
const operands = [
  operand(rng, [sizeOf(generatorWidths)], normal),
  operand(rng, [sizeOf(discriminatorWidths)], normal),
  // Moments as they are in the midst of a training: in the first step Adam takes the sign alone, which has no slope.
  operand(rng, [sizeOf(discriminatorWidths)], () => 0.1 * normal()),
  operand(rng, [sizeOf(discriminatorWidths)], () => 0.01 * rng.between(0.5, 2)),
  operand(rng, [batch, 2], normal),
  operand(rng, [batch, 2], normal),
];

/** What the generator minimises, as a function of its parameters, and the gradient. */
function lossAndGradient(steps: number, tensors: readonly Tensor[], isCut = false): [loss: Tensor, gradient: Tensor] {
  const [generator, discriminator, mean, square, real, latent] = tensors as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  return valueAndGrad((own: Tensor) => {
    const fake = network(own, latent, generatorWidths);
    const judge = (parameters: Tensor, x: Tensor) => network(parameters, x, discriminatorWidths);
    const player: PlayerState = {
      parameters: discriminator,
      optimizer: adam({ betas: [0.5, 0.999] }),
      slots: [mean, square],
      step: Tensor.scalar(10),
      learningRate: Tensor.scalar(0.05),
    };
    const { discriminator: ofDiscriminator, generator: ofGenerator } = minimax.create({ smoothing: 0 });
    const loss = (at: Tensor) => ofDiscriminator(judge(at, real), judge(at, fake));
    const { parameters } = unroll(loss, player, steps);
    return ofGenerator(judge(isCut ? parameters.detach() : parameters, fake));
  })(generator);
}

const { nodes, environment } = asArguments(operands);
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.hypot(...Array.from(a, (value, i) => value - (b[i] as number)));

/** In float64. */
function reference(steps: number, isCut = false) {
  const [loss, gradient] = lossAndGradient(
    steps,
    nodes.map((node) => new Tensor(node)),
    isCut,
  );
  return { loss, gradient: evaluate([gradient.node], environment())[0] as Float64Array };
}

describe.each([1, 3, 5])("through %i steps of Adam", (steps) => {
  test("the gradient is what finite differences find", async () => {
    const { loss, gradient } = reference(steps);
    const { mismatches, maxRelativeError } = await compareGradients(
      ([generator]) => evaluate([loss.node], environment([generator]))[0]![0] as number,
      [gradient],
      [Float64Array.from(operands[0]!.values)],
      { tolerance: 1e-6 },
    );
    expect(mismatches).toEqual([]);
    expect(maxRelativeError).toBeLessThan(1e-6);
  });

  test("a part of it comes through the steps", () => {
    const cut = reference(steps, true).gradient;
    expect(distance(reference(steps).gradient, cut)).toBeGreaterThan(0.01 * Math.hypot(...cut));
  });

  test("the GPU finds the same", async () => {
    const { gradient: expected } = reference(steps);
    const [, gradient] = lossAndGradient(
      steps,
      operands.map(({ values, shape }) => engine.tensor(Float32Array.from(values), shape)),
    );
    const found = await gradient.data();
    expect(distance(found, expected)).toBeLessThan(1e-4 * Math.hypot(...expected));
  });
});
