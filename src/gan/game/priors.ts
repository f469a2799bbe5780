import type { Tensors } from "../../data/source.ts";
import { assertKeys, assertKind, count, finite, shape as shapeKind } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** What is drawn for each sample of a step. */
export interface Prior {
  readonly name: string;
  /** Of one sample. */
  readonly shape: Shape;
  /** Of a prior of whole numbers: they are below it. */
  readonly classes?: number;
  /** [size, ...shape]. The data's batch of the same step is drawn when it is asked for. */
  draw(random: Random, size: number, batch: () => Tensors): Tensor;
}

/** Standard normal, f32 [size, ...shape]. */
export function normalPrior(shape: Shape): Prior {
  assertKind("normalPrior", "the shape", shape, shapeKind);
  return { name: "normal", shape: [...shape], draw: (random, size) => random.normal([size, ...shape]) };
}

export interface UniformOptions {
  /** -1 by default. */
  readonly low?: number;
  /** 1 by default. */
  readonly high?: number;
}

/** Evenly between `low` and `high`, f32 [size, ...shape]. */
export function uniformPrior(shape: Shape, options: UniformOptions = {}): Prior {
  assertKind("uniformPrior", "the shape", shape, shapeKind);
  assertKeys<UniformOptions>("uniformPrior", options, { low: finite, high: finite });
  const { low = -1, high = 1 } = options;
  if (!(low < high)) throw new OptionError(`uniformPrior: low is ${low} and high is ${high}; give a high above low.`);
  return {
    name: `uniform from ${low} to ${high}`,
    shape: [...shape],
    draw: (random, size) =>
      random
        .uniform([size, ...shape])
        .mul(high - low)
        .add(low),
  };
}

/** One of `classes` with equal chances, u32 [size]. */
export function categoricalPrior(classes: number): Prior {
  assertKind("categoricalPrior", "the number of classes", classes, count);
  return { name: `one of ${classes}`, shape: [], classes, draw: (random, size) => random.integers([size], classes) };
}

/** The labels of the batch that the same step draws from the data, u32 [size]: classes are as frequent as there. */
export const labelsOfData: Prior = {
  name: "labels of the data",
  shape: [],
  draw: (_, __, batch) => {
    const { labels } = batch();
    if (labels) return labels;
    throw new OptionError("labelsOfData: the data has no labels; give data with labels, or another prior.");
  },
};
