/** Every set of samples that is drawn rather than loaded, by its name: one line each. */
export { disjointClusters } from "./disjoint_clusters.ts";
export { gaussianGrid } from "./gaussian_grid.ts";
export { gaussianRing } from "./gaussian_ring.ts";
export { glyphs } from "./glyphs.ts";
export { line } from "./line.ts";
export { spiral } from "./spiral.ts";
export { triangles } from "./triangles.ts";
export { twoMoons } from "./two_moons.ts";
