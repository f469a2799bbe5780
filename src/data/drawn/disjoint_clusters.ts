import { assertKeys, numbers } from "../../errors/checks.ts";
import type { DataSource, LabelledBatch } from "../source.ts";
import { gaussianMixture } from "./mixture.ts";

export interface ClusterOptions {
  /** Three points by default, 2 away from the origin. */
  readonly centers?: readonly (readonly number[])[];
  /** Of each cluster; 0.15 by default. */
  readonly standardDeviation?: number;
  /** Relative frequency of each cluster; all equal by default. A rare one is the first that a generator drops. */
  readonly weights?: readonly number[];
}

const defaultCenters = [90, 210, 330].map((degrees) => {
  const angle = (degrees * Math.PI) / 180;
  return [2 * Math.cos(angle), 2 * Math.sin(angle)];
});

/**
 * A few blobs with nothing between them, as in GAN Lab (Kahng et al. 2018). A continuous generator has to stretch thin
 * bridges over the gaps. Samples f32 [size, dimensions of the centres], labelled with their clusters.
 *
 * @throws OptionError as for `gaussianMixture`.
 */
export function disjointClusters(options: ClusterOptions = {}): DataSource<LabelledBatch> {
  assertKeys<ClusterOptions>("disjointClusters", options, { centers: true, standardDeviation: true, weights: numbers });
  const { centers = defaultCenters, standardDeviation = 0.15, weights } = options;
  return gaussianMixture({ name: "disjointClusters", centers, standardDeviation, ...(weights && { weights }) });
}
