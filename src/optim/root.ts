import { safeSqrt } from "../graph/composites/functions.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * The square root, with a derivative of zero at zero: a weight behind a unit that is off has no gradient, and through the
 * plain root an unrolled step would get NaN of it.
 */
export const rootOf = (x: Tensor): Tensor => new Tensor(safeSqrt(x.node, 0), x.evaluator);
