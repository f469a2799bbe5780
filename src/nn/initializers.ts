import { entryOf } from "../choices/registry.ts";
import { at } from "../errors/at.ts";
import { assertKind, finite, notNegative } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import type { Shape } from "../graph/shape.ts";
import type { Random } from "../tensor/random.ts";
import { Tensor } from "../tensor/tensor.ts";

/** How many inputs each output of a layer sums over, and how many outputs each input feeds. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Draws the first value of a parameter, on the GPU. */
export type Initializer = (random: Random, shape: Shape, fans: Fans) => Tensor;

const scaledNormal =
  (variance: (fans: Fans) => number): Initializer =>
  (random, shape, fans) =>
    random.normal(shape).mul(Math.sqrt(variance(fans)));

/** Uniform in +-sqrt(3 variance), which has that variance. */
const scaledUniform =
  (variance: (fans: Fans) => number): Initializer =>
  (random, shape, fans) => {
    const limit = Math.sqrt(3 * variance(fans));
    return random
      .uniform(shape)
      .mul(2 * limit)
      .sub(limit);
  };

const glorot = ({ fanIn, fanOut }: Fans) => 2 / (fanIn + fanOut);
const he = ({ fanIn }: Fans) => 2 / fanIn;
const lecun = ({ fanIn }: Fans) => 1 / fanIn;

/** Variance 2 / (fan in + fan out): Glorot and Bengio 2010, for tanh and linear layers. */
export const glorotNormal = scaledNormal(glorot);
export const glorotUniform = scaledUniform(glorot);

/** Variance 2 / fan in: He et al. 2015, for the ReLU family. */
export const heNormal = scaledNormal(he);
export const heUniform = scaledUniform(he);

/** Variance 1 / fan in: LeCun et al. 1998, for SELU. */
export const lecunNormal = scaledNormal(lecun);
export const lecunUniform = scaledUniform(lecun);

export const zeros: Initializer = (_, shape) => Tensor.full(shape, 0);
export const ones: Initializer = (_, shape) => Tensor.full(shape, 1);

export function normal(standardDeviation: number, mean = 0): Initializer {
  assertKind("normal", "the standard deviation", standardDeviation, notNegative);
  assertKind("normal", "the mean", mean, finite);
  return (random, shape) => random.normal(shape).mul(standardDeviation).add(mean);
}

export function uniform(low: number, high: number): Initializer {
  assertKind("uniform", "low", low, finite);
  assertKind("uniform", "high", high, finite);
  if (!(low < high)) throw new OptionError(`uniform initialiser: the range from ${low} to ${high} is empty.`);
  return (random, shape) =>
    random
      .uniform(shape)
      .mul(high - low)
      .add(low);
}

/** Newton-Schulz steps that bring the smallest singular value of a 1024 x 1024 normal matrix within rounding of 1. */
const orthogonalSteps = 34;

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer, times `gain` (Saxe et al. 2014). Axes but the last
 * count as one. It is the orthogonal factor of the polar decomposition of a normal matrix, found by Newton and Schulz's
 * iteration X <- 1.5 X - 0.5 X X^T X, which needs matrix products alone.
 */
export function orthogonal(gain = 1): Initializer {
  assertKind("orthogonal", "gain", gain, finite);
  return (random, shape) => {
    const columns = shape[shape.length - 1] ?? 1;
    const matrix = random.normal(shape).reshape([-1, columns]);
    const rows = at(matrix.shape, 0);
    const tall = rows >= columns;
    let x = matrix.div(matrix.square().sum().sqrt());
    for (let step = 0; step < orthogonalSteps; step++) {
      const gram = tall ? x.matmul(x, { transposeA: true }) : x.matmul(x, { transposeB: true });
      const correction = tall ? x.matmul(gram) : gram.matmul(x);
      x = x.mul(1.5).sub(correction.mul(0.5));
    }
    return x.mul(gain).reshape(shape);
  };
}

/** The initialisers that have no options, by name. */
export const initializers = {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  orthogonal: orthogonal(),
  zeros,
  ones,
} as const satisfies Record<string, Initializer>;

export type InitializerName = keyof typeof initializers;

export function resolveInitializer(choice: Initializer | InitializerName): Initializer {
  if (typeof choice === "function") return choice;
  return entryOf("nn", "initialiser", choice, initializers);
}
