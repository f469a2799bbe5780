import { assertKeys, count as atLeastOne, positive } from "../../errors/checks.ts";
import type { DataSource, LabelledBatch } from "../source.ts";
import { mixtureOf } from "./mixture_of.ts";

export interface RingOptions {
  /** Number of Gaussians; 8 by default. */
  readonly modes?: number;
  /** Distance of the centres from the origin; 2 by default. */
  readonly radius?: number;
  /** Of each Gaussian; 0.05 by default. */
  readonly standardDeviation?: number;
}

/**
 * Equal Gaussians at equal angles on a circle: centre k at 2 pi k / modes, the first one on the positive x axis. The
 * usual test of mode collapse (Metz et al. 2017, "Unrolled generative adversarial networks", there with radius 2 and a
 * standard deviation of 0.02). Samples f32 [size, 2], labelled with k.
 *
 * @throws OptionError for options out of range.
 */
export function gaussianRing(options: RingOptions = {}): DataSource<LabelledBatch> {
  assertKeys<RingOptions>("gaussianRing", options, {
    modes: atLeastOne,
    radius: positive,
    standardDeviation: positive,
  });
  const { modes = 8, radius = 2, standardDeviation = 0.05 } = options;
  // The end point 2 pi is the first centre again and must not be among them.
  const centers = Array.from({ length: modes }, (_, k) => {
    const angle = (2 * Math.PI * k) / modes;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return mixtureOf("gaussianRing", { centers, standardDeviation });
}
