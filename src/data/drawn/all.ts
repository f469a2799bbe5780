/** Every set of samples that is drawn rather than loaded, by its name: one line each, with the type of its options. */
export { type ClusterOptions, disjointClusters } from "./disjoint_clusters.ts";
export { type GridOptions, gaussianGrid } from "./gaussian_grid.ts";
export { gaussianRing, type RingOptions } from "./gaussian_ring.ts";
export { type GlyphSource, type GlyphsOptions, glyphs } from "./glyphs.ts";
export { type LineOptions, line } from "./line.ts";
export { type SpiralOptions, spiral } from "./spiral.ts";
export { type TriangleSource, type TrianglesOptions, triangles } from "./triangles.ts";
export { type MoonsOptions, twoMoons } from "./two_moons.ts";
