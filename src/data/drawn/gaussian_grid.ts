import { assertKeys, count as atLeastOne, positive } from "../../errors/checks.ts";
import type { DataSource, LabelledBatch } from "../source.ts";
import { gaussianMixture } from "./mixture.ts";

export interface GridOptions {
  /** Gaussians along each side; 5 by default, so 25 modes. */
  readonly size?: number;
  /** Distance of neighbouring centres; 2 by default. */
  readonly spacing?: number;
  /** Of each Gaussian; 0.05 by default. */
  readonly standardDeviation?: number;
}

/**
 * Equal Gaussians on a square grid around the origin (Srivastava et al. 2017, "VEEGAN", with the same defaults). Samples
 * f32 [size, 2], labelled with their modes; with the defaults they lie between -4.2 and 4.2.
 *
 * @throws OptionError for options out of range.
 */
export function gaussianGrid(options: GridOptions = {}): DataSource<LabelledBatch> {
  assertKeys<GridOptions>("gaussianGrid", options, { size: atLeastOne, spacing: positive, standardDeviation: true });
  const { size = 5, spacing = 2, standardDeviation = 0.05 } = options;
  const middle = (size - 1) / 2;
  const centers = Array.from({ length: size * size }, (_, i) => [
    ((i % size) - middle) * spacing,
    (Math.floor(i / size) - middle) * spacing,
  ]);
  return gaussianMixture({ name: "gaussianGrid", centers, standardDeviation });
}
