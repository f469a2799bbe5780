/**
 * Gradient penalties on small critics: the derivative, with respect to the parameters, of a function of the critic's own
 * gradient. Against central differences, in float64.
 */
import { describe, expect, test } from "vitest";
import { compareGradients } from "../../../src/autodiff/check.ts";
import { gradients } from "../../../src/autodiff/gradients.ts";
import { leakyRelu, norm, square } from "../../../src/graph/composites/functions.ts";
import type { Node } from "../../../src/graph/node.ts";
import { add, mul, sub } from "../../../src/graph/primitives/elementwise_arithmetic.ts";
import { softplus, tanh } from "../../../src/graph/primitives/elementwise_functions.ts";
import { constant } from "../../../src/graph/primitives/leaf.ts";
import { matmul } from "../../../src/graph/primitives/matmul.ts";
import { mean } from "../../../src/graph/primitives/reduce.ts";
import { sum } from "../../../src/graph/primitives/sum_broadcast.ts";
import { asArguments, operand } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";

const activations = {
  tanh,
  leakyRelu: (x: Node) => leakyRelu(x, 0.2),
  softplus,
} as const;

/** D(x) of a network with two hidden layers: [batch, 2] to [batch, 1]. */
function critic(x: Node, parameters: readonly Node[], activation: (x: Node) => Node): Node {
  const [w0, b0, w1, b1, w2, b2] = parameters as [Node, Node, Node, Node, Node, Node];
  const hidden = activation(add(matmul(x, w0), b0));
  return add(matmul(activation(add(matmul(hidden, w1), b1)), w2), b2);
}

const penalties = {
  /** (|dD/dx| - 1)^2 at points between real and fake (Gulrajani et al. 2017, eq. 3). */
  "WGAN-GP": (gradient: Node) => mean(square(sub(norm(gradient, [1]), constant(1))), [0]),
  /** |dD/dx|^2 / 2 at real points (Mescheder et al. 2018, eq. 9). */
  R1: (gradient: Node) => mul(constant(0.5), mean(sum(square(gradient), [1]), [0])),
} as const;

describe.each(Object.entries(penalties))("%s", (name, penalty) => {
  test.each(Object.entries(activations))("on a critic with %s", async (activationName, activation) => {
    const rng = createRng(`${name} ${activationName}`);
    const shapes = [[5, 2], [2, 6], [6], [6, 4], [4], [4, 1], [1]];
    const operands = shapes.map((shape) => operand(rng, shape, (r) => r.between(-1, 1)));
    const { nodes, environment } = asArguments(operands);
    const [x, ...parameters] = nodes as [Node, ...Node[]];
    const logits = critic(x, parameters, activation);
    const [slope] = gradients(sum(logits, [0]), [x]);
    // Beside a critic's own loss, as it is used: a penalty alone reaches no bias where the slopes are piecewise constant.
    const loss = add(mean(logits, [0]), mul(constant(10), penalty(slope as Node)));
    const analytic = evaluate(gradients(loss, parameters), environment());

    const { mismatches, maxRelativeError } = await compareGradients(
      (args) => evaluate([loss], environment([undefined, ...args]))[0]![0] as number,
      analytic,
      operands.slice(1).map(({ values }) => Float64Array.from(values)),
      { tolerance: 1e-6 },
    );
    expect(mismatches).toEqual([]);
    expect(maxRelativeError).toBeLessThan(1e-6);
    // The penalty's share is in it: without, the critic's own gradient would be another.
    const own = evaluate(gradients(mean(logits, [0]), parameters), environment());
    expect(analytic[0]).not.toEqual(own[0]);
  });
});
