/** `data`: where real samples come from. */
export { type ClusterOptions, disjointClusters } from "../data/disjoint_clusters.ts";
export { type GridOptions, gaussianGrid } from "../data/gaussian_grid.ts";
export { gaussianRing, type RingOptions } from "../data/gaussian_ring.ts";
export { type IdxArray, parseIdx } from "../data/idx.ts";
export { type IdxImagesOptions, idxImages } from "../data/idx_images.ts";
export { type ImageOptions, type ImageSource, images, type PreparedImages } from "../data/images.ts";
export { type LineOptions, line } from "../data/line.ts";
export { gaussianMixture, type MixtureOptions } from "../data/mixture.ts";
export { type PointsOptions, points } from "../data/points.ts";
export { type SamplerOptions, sampler } from "../data/sampler.ts";
export type { DataSource, ModeSet, PreparedData } from "../data/source.ts";
export { type SpiralOptions, spiral } from "../data/spiral.ts";
export { type MoonsOptions, twoMoons } from "../data/two_moons.ts";
