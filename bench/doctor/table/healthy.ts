import { data, type nn } from "saddlepoint";
import { conditional, few } from "./parts.ts";
import { healthy, type Row } from "./row.ts";

/** Data that a small generator learns within a thousand steps. */
export const sets = {
  ring: data.gaussianRing({ standardDeviation: 0.1 }),
  smallRing: data.gaussianRing({ modes: 4, radius: 1, standardDeviation: 0.1 }),
  grid: data.gaussianGrid({ size: 3, spacing: 1.5, standardDeviation: 0.2 }),
  largeGrid: data.gaussianGrid({ size: 5, spacing: 1, standardDeviation: 0.15 }),
  spiral: data.spiral({ turns: 0.75, noise: 0.1 }),
  moons: data.twoMoons({ noise: 0.1 }),
  clusters: data.disjointClusters({ standardDeviation: 0.3 }),
  line: data.line({ noise: 0.1 }),
  glyphs: data.glyphs({ count: 600, size: 16 }),
};

/** What truth compares generated glyphs with: more of them than a run is trained on. */
export const freshGlyphs = { fresh: data.glyphs({ count: 3000, size: 16 }) };

const r1 = (weight = 0.1) => ({ type: "r1", weight }) as const;
const r1r2 = [r1(0.1), { type: "r2", weight: 0.1 }] as const;
const pair = (lr: number) => ({ generator: { type: "rmsprop", lr }, discriminator: { type: "rmsprop", lr } }) as const;
const elsewhere = (network: nn.MlpOptions["activation"]): nn.MlpOptions => ({
  ...(network && { activation: network }),
});

/** Enough points of three clusters that a small discriminator can't learn them by heart. */
const many = few(
  2000,
  [
    [-2, 0],
    [2, 0],
    [0, 3],
  ],
  0.4,
);

/** Runs with nothing wrong, over all data sets, losses, optimisers and sizes. */
export const healthyRows: readonly Row[] = [
  healthy("ring", "non-saturating with R1", { data: sets.ring, rest: { penalties: r1() } }),
  healthy("ring-wide", "64 units", { data: sets.ring, width: 64, rest: { penalties: r1() } }),
  healthy("ring-hinge", "hinge", { data: sets.ring, rest: { loss: "hinge", penalties: r1() } }),
  healthy("ring-relativistic", "relativistic, R1 and R2", {
    data: sets.ring,
    rest: { loss: "relativistic", penalties: r1r2 },
  }),
  healthy("ring-tanh", "tanh in the generator", {
    data: sets.ring,
    generator: elsewhere("tanh"),
    rates: [2e-3, 2e-3],
    rest: { penalties: r1() },
  }),
  healthy("small-ring", "four near modes", { data: sets.smallRing, rest: { penalties: r1() } }),
  healthy("small-ring-minimax", "the original loss", {
    data: sets.smallRing,
    rest: { loss: "minimax", penalties: r1(0.3) },
  }),
  healthy("small-ring-least-squares", "least squares", {
    data: sets.smallRing,
    rest: { loss: "least-squares", penalties: r1() },
  }),
  healthy("small-ring-wasserstein", "Wasserstein, a gradient penalty, three critic steps", {
    data: sets.smallRing,
    rest: { loss: "wasserstein", penalties: { type: "wganGp", weight: 1 }, discriminatorSteps: 3 },
  }),
  healthy("small-ring-two-steps", "two discriminator steps", {
    data: sets.smallRing,
    rest: { penalties: r1(), discriminatorSteps: 2 },
  }),
  healthy("grid", "nine modes", { data: sets.grid, rest: { penalties: r1() } }),
  healthy("grid-silu", "SiLU in both networks", {
    data: sets.grid,
    generator: elsewhere("silu"),
    discriminator: elsewhere("silu"),
    rest: { penalties: r1() },
  }),
  healthy("grid-hinge", "hinge", { data: sets.grid, rest: { loss: "hinge", penalties: r1() } }),
  healthy("grid-relativistic", "relativistic, R1 and R2", {
    data: sets.grid,
    rest: { loss: "relativistic", penalties: r1r2 },
  }),
  healthy("large-grid", "25 modes", { data: sets.largeGrid, rest: { penalties: r1() } }),
  healthy("large-grid-wide", "25 modes, 64 units", { data: sets.largeGrid, width: 64, rest: { penalties: r1() } }),
  healthy("spiral", "two arms", { data: sets.spiral, rest: { penalties: r1() } }),
  healthy("spiral-gelu", "GELU in the generator", {
    data: sets.spiral,
    generator: elsewhere("gelu"),
    rest: { penalties: r1() },
  }),
  healthy("spiral-fast", "rates of 3e-3", { data: sets.spiral, rates: [3e-3, 3e-3], rest: { penalties: r1() } }),
  healthy("spiral-rmsprop", "RMSProp", { data: sets.spiral, rest: { optimizer: pair(5e-4), penalties: r1() } }),
  healthy("moons", "two moons", { data: sets.moons, rest: { penalties: r1() } }),
  healthy("moons-plain", "no penalty", { data: sets.moons, rates: [5e-4, 5e-4] }),
  healthy("moons-least-squares", "least squares", {
    data: sets.moons,
    rest: { loss: "least-squares", penalties: r1() },
  }),
  healthy("moons-wasserstein", "Wasserstein with a gradient penalty", {
    data: sets.moons,
    rest: { loss: "wasserstein", penalties: { type: "wganGp", weight: 1 }, discriminatorSteps: 3 },
  }),
  healthy("moons-spectral", "spectral norm", { data: sets.moons, rest: { loss: "hinge", tricks: "spectralNorm" } }),
  healthy("moons-noise", "instance noise", {
    data: sets.moons,
    rest: { tricks: { type: "instanceNoise" } },
  }),
  healthy("moons-lazy", "R1 in every fourth step", {
    data: sets.moons,
    rest: { penalties: { type: "r1", weight: 0.1, interval: 4 } },
  }),
  healthy("clusters", "three clusters", { data: sets.clusters, rest: { penalties: r1() } }),
  healthy("clusters-hinge", "hinge", { data: sets.clusters, rest: { loss: "hinge", penalties: r1(0.2) } }),
  healthy("clusters-relativistic", "relativistic, R1 and R2", {
    data: sets.clusters,
    rest: { loss: "relativistic", penalties: r1r2 },
  }),
  healthy("clusters-two-rates", "the discriminator twice as fast", {
    data: sets.clusters,
    rates: [1e-3, 2e-3],
    rest: { penalties: r1() },
  }),
  healthy("clusters-extragradient", "extragradient", {
    data: sets.clusters,
    rest: { play: "extragradient", penalties: r1() },
  }),
  healthy("line", "a line", { data: sets.line, rest: { penalties: r1() } }),
  healthy("line-plain", "no penalty, rates of 5e-4", { data: sets.line, rates: [5e-4, 5e-4] }),
  healthy("line-deep", "four layers", { data: sets.line, depth: 4, rest: { penalties: r1() } }),
  healthy("line-sgd", "no momentum at all", { data: sets.line, betas: [0, 0.99], rest: { penalties: r1() } }),
  healthy("line-minimax", "the original loss", { data: sets.line, rest: { loss: "minimax", penalties: r1(0.2) } }),
  healthy("line-lecam", "LeCam", { data: sets.line, rest: { penalties: [{ type: "leCam" }, r1()] } }),
  healthy("line-large-batch", "batches of 128", { data: sets.line, rest: { batchSize: 128, penalties: r1() } }),
  healthy("grid-latent-2", "a latent vector of two numbers", { data: sets.grid, latent: 2, rest: { penalties: r1() } }),
  healthy("moons-consensus", "consensus", { data: sets.moons, rest: { play: "consensus", penalties: r1() } }),
  healthy("ring-elu", "ELU in the generator", {
    data: sets.ring,
    generator: elsewhere("elu"),
    rest: { penalties: r1() },
  }),
  healthy(
    "held-out",
    "2,000 points, and 1,000 that are held out",
    { data: many.data, rest: { penalties: r1() } },
    { fresh: many.fresh },
  ),
  healthy(
    "held-out-plain",
    "the same without a penalty, rates of 5e-4",
    { data: many.data, rates: [5e-4, 5e-4] },
    { fresh: many.fresh },
  ),
  healthy(
    "classes",
    "clusters by their label",
    { data: sets.clusters, rest: conditional(true, true, 3) },
    { isConditional: true },
  ),
  healthy(
    "small-ring-classes",
    "modes of a ring by their label",
    { data: sets.smallRing, rest: conditional(true, true, 4) },
    { isConditional: true },
  ),
  healthy(
    "glyphs",
    "pictures of 16 x 16",
    {
      data: sets.glyphs,
      latent: 16,
      width: 64,
      generator: { activation: "relu", outputActivation: "tanh" },
      rest: { batchSize: 64, penalties: r1(0.5) },
    },
    freshGlyphs,
  ),
  healthy(
    "glyphs-hinge",
    "pictures of 16 x 16, hinge",
    {
      data: sets.glyphs,
      latent: 16,
      width: 64,
      generator: { activation: "relu", outputActivation: "tanh" },
      rest: { batchSize: 64, loss: "hinge", penalties: r1(0.5) },
    },
    freshGlyphs,
  ),
];
