import { Tensor } from "../../tensor/tensor.ts";
import { ones, zeros } from "../initializers.ts";
import type { ParameterSpec } from "../layer.ts";

/** What the normalising layers share: statistics, the map that they define, and its parameters. */

/** Of a tensor, over some of its axes, which have size 1 here. */
export interface Statistics {
  /** The mean to within rounding, as a constant. */
  readonly centre: Tensor;
  /** The mean less `centre`: nothing but rounding errors, and the way of the mean's derivatives. */
  readonly shift: Tensor;
  /** The mean squared distance from the mean, divided by n. */
  readonly variance: Tensor;
}

/**
 * Mean and variance over `axes`, by the corrected two-pass algorithm (Chan, Golub and LeVeque 1983), in which nothing
 * cancels:
 *
 *   mean = c + E[x - c]        variance = E[(x - c)^2] - E[x - c]^2        with c = E[x], detached
 *
 * Whatever c is, these are the same functions of x, so derivatives of all orders are right without those of c. Both means
 * are sums over one tensor, which share a kernel.
 */
export function statistics(x: Tensor, axes: readonly number[]): Statistics {
  const centre = x.mean(axes, { keepDims: true }).detach();
  const distance = x.sub(centre);
  const shift = distance.mean(axes, { keepDims: true });
  return { centre, shift, variance: distance.square().mean(axes, { keepDims: true }).sub(shift.square()) };
}

export interface AffineMap {
  readonly scale?: Tensor;
  readonly bias?: Tensor;
}

/**
 * scale (x - mean) / sqrt(variance + epsilon) + bias, as (x - centre) factor + summand with all that is the same for many
 * numbers in the last two: the backward pass then needs no sums but those of the cotangent, and of it times (x - centre),
 * which share a kernel.
 */
export function normalise(x: Tensor, { centre, shift, variance }: Statistics, epsilon: number, map: AffineMap): Tensor {
  const { scale = Tensor.scalar(1), bias = Tensor.scalar(0) } = map;
  const factor = variance.add(epsilon).rsqrt().mul(scale);
  return x
    .sub(centre)
    .mul(factor)
    .add(bias.sub(shift.mul(factor)));
}

/** A factor (1 at first) and a summand (0 at first) for every channel; none without `affine`. */
export function affineParameters(affine: boolean, channels: number): Readonly<Record<string, ParameterSpec>> {
  if (!affine) return {};
  const spec = { shape: [channels], fans: { fanIn: 1, fanOut: 1 } };
  return { scale: { ...spec, initializer: ones }, bias: { ...spec, initializer: zeros } };
}
