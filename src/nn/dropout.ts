import { Tensor } from "../tensor.ts";
import { assertShare } from "./checks.ts";
import type { Layer } from "./layer.ts";

export interface DropoutOptions {
  /** Share of the numbers that are dropped. */
  readonly rate: number;
  /** True drops whole channels of an image instead of single numbers (Tompson et al. 2015). */
  readonly spatial?: boolean;
}

/**
 * Dropout (Srivastava et al. 2014): in training each number becomes 0 with probability `rate`, and the others are divided by
 * 1 - rate, so that evaluation can leave everything as it is. The mask is drawn from counters: the backward pass draws the
 * same one again, and no memory holds it.
 */
export function dropout({ rate, spatial = false }: DropoutOptions): Layer {
  assertShare("dropout", "rate", rate);
  return {
    kind: "dropout",
    outputShape: (input) => input,
    parameters: () => ({}),
    apply: (_, x, { scope, pass }) => {
      const site = `${scope}/dropout`;
      if (pass.mode(site) === "evaluation") return x;
      const shape = spatial ? x.shape.map((size, axis) => (isSpatial(axis, x.shape.length) ? 1 : size)) : x.shape;
      const kept = pass.random(site).uniform(shape).greaterEqual(rate).broadcastTo(x.shape);
      return Tensor.where(kept, x.mul(1 / (1 - rate)), 0).site(site);
    },
  };
}

const isSpatial = (axis: number, rank: number): boolean => axis > 0 && axis < rank - 1;
