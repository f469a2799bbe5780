import { assertKeys, finite, flag, type Kind, needed } from "../../errors/checks.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";

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
export function dropout(options: DropoutOptions): Layer {
  assertKeys<DropoutOptions>("dropout", options, { rate: needed(rateKind), spatial: flag });
  const { rate, spatial = false } = options;
  return made(
    {
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
    },
    "dropout",
    options,
  );
}

const rateKind: Kind = {
  says: "a number of at least 0 and less than 1",
  is: (value) => finite.is(value) && Number(value) >= 0 && Number(value) < 1,
};

const isSpatial = (axis: number, rank: number): boolean => axis > 0 && axis < rank - 1;
