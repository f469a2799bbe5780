import { data, nn } from "saddlepoint";
import { freshGlyphs, sets } from "./healthy.ts";
import { broken, type Row } from "./row.ts";

const momentum = [0.9, 0.999] as const;

const oscillation: readonly Row[] = [
  broken("oscillation", "severe", "wasserstein-clipped", "weights clipped wide, rates of 5e-3 with momentum", {
    data: sets.ring,
    rest: {
      loss: "wasserstein",
      optimizer: {
        generator: { type: "adam", lr: 5e-3, betas: momentum },
        discriminator: { type: "adam", lr: 5e-3, betas: momentum, clipWeights: 0.3 },
      },
    },
  }),
  broken("oscillation", "severe", "momentum", "momentum of 0.9, rates of 5e-3", {
    data: sets.ring,
    rates: [5e-3, 5e-3],
    betas: momentum,
  }),
  broken("oscillation", "mild", "minimax", "the original loss, momentum of 0.9, a fast generator", {
    data: sets.moons,
    rates: [5e-3, 2e-3],
    betas: momentum,
    generator: { activation: "tanh" },
    discriminator: { activation: "tanh" },
    rest: { loss: "minimax" },
  }),
  broken("oscillation", "severe", "simultaneous", "both at once, rates of 1e-2", {
    data: sets.clusters,
    rates: [1e-2, 1e-2],
    betas: momentum,
    rest: { play: "simultaneous" },
  }),
  broken("oscillation", "mild", "linear", "a linear discriminator with momentum: a Dirac game", {
    data: sets.moons,
    rates: [3e-3, 3e-3],
    betas: momentum,
    rest: { discriminator: nn.mlp([2, 1]), loss: "wasserstein" },
  }),
  broken("oscillation", "mild", "hinge", "hinge, momentum of 0.9, rates of 4e-3", {
    data: sets.line,
    rates: [4e-3, 4e-3],
    betas: momentum,
    rest: { loss: "hinge" },
  }),
];

const collapse: readonly Row[] = [
  broken("complete-collapse", "severe", "fast-generator", "a generator 30 times as fast", {
    data: sets.ring,
    rates: [3e-2, 1e-3],
  }),
  broken("complete-collapse", "severe", "fast-generator-grid", "a generator with a rate of 0.02, momentum", {
    data: sets.grid,
    rates: [2e-2, 5e-4],
    betas: momentum,
  }),
  broken(
    "complete-collapse",
    "severe",
    "deaf",
    "a generator whose first weights are tiny: it hardly hears its latent vector",
    {
      data: sets.ring,
      rest: {
        generator: nn.network(
          [4],
          [
            nn.linear(32, { initializer: nn.normal(1e-6) }),
            nn.activation("tanh"),
            nn.linear(32),
            nn.activation("tanh"),
            nn.linear(2),
          ],
        ),
        optimizer: { generator: { type: "adam", lr: 1e-4 }, discriminator: { type: "adam", lr: 1e-4 } },
      },
    },
  ),
  broken("complete-collapse", "mild", "minimax-unrolled-not", "the original loss, the generator five times as fast", {
    data: sets.ring,
    latent: 16,
    generator: { activation: "tanh" },
    discriminator: { activation: "tanh" },
    rates: [1e-2, 2e-3],
    rest: { loss: "minimax" },
  }),
  broken("complete-collapse", "severe", "sigmoid", "a generator of sigmoids that begins at one point", {
    data: sets.clusters,
    depth: 4,
    generator: { activation: "sigmoid", initializer: nn.normal(0.05) },
    discriminator: { activation: "leakyRelu" },
    rates: [1e-3, 1e-3],
  }),
  broken(
    "complete-collapse",
    "mild",
    "glyphs",
    "pictures, a generator 40 times as fast",
    {
      data: sets.glyphs,
      latent: 16,
      width: 64,
      generator: { activation: "relu", outputActivation: "tanh" },
      rates: [2e-2, 5e-4],
      rest: { batchSize: 64 },
    },
    freshGlyphs,
  ),
];

const r1 = { penalties: { type: "r1", weight: 0.1 } } as const;

const rare = (weight: number) =>
  data.disjointClusters({
    centers: [
      [-2, 0],
      [2, 0],
      [0, 3],
    ],
    standardDeviation: 0.2,
    weights: [1, 1, weight],
  });

const dropped: readonly Row[] = [
  broken(
    "dropped-modes",
    "severe",
    "rectified-end",
    "a rectifier at the generator's end: it reaches a quarter of the plane",
    {
      data: sets.smallRing,
      generator: { activation: "relu", outputActivation: "relu" },
      rest: r1,
    },
  ),
  broken("dropped-modes", "severe", "rectified-end-grid", "the same on a grid", {
    data: sets.grid,
    generator: { activation: "relu", outputActivation: "relu" },
    rest: r1,
  }),
  broken("dropped-modes", "mild", "softplus-end", "a softplus at the generator's end, on separate clusters", {
    data: sets.clusters,
    generator: { activation: "relu", outputActivation: "softplus" },
    rest: r1,
  }),
  broken("dropped-modes", "mild", "one-latent", "a generator of two units and one latent number on a ring", {
    data: sets.ring,
    rest: { generator: nn.mlp([1, 2, 2], { activation: "tanh" }), ...r1 },
  }),
  broken(
    "dropped-modes",
    "severe",
    "slow-generator",
    "a generator with a rate of 1e-6 that begins on some of the modes",
    {
      data: sets.grid,
      rates: [1e-6, 1e-3],
      rest: r1,
    },
  ),
  broken("dropped-modes", "mild", "rare-cluster", "one of three clusters has a quarter of the points", {
    data: rare(0.66),
    rates: [3e-3, 1e-3],
  }),
  broken("dropped-modes", "severe", "momentum", "momentum of 0.9 on separate clusters", {
    data: data.disjointClusters({ standardDeviation: 0.1 }),
    rates: [3e-3, 2e-3],
    betas: momentum,
  }),
];

const long = { steps: 2600 };

const stalled: readonly Row[] = [
  broken("stalled", "severe", "slow", "both rates are 1e-6", { data: sets.ring, rates: [1e-6, 1e-6] }, long),
  broken(
    "stalled",
    "mild",
    "slow-sgd",
    "SGD with rates of 1e-4",
    {
      data: sets.grid,
      rest: { optimizer: { type: "sgd", lr: 1e-4 } },
    },
    long,
  ),
  broken(
    "stalled",
    "severe",
    "narrow",
    "both networks have two units",
    {
      data: sets.ring,
      rest: {
        generator: nn.mlp([4, 2, 2], { activation: "tanh" }),
        discriminator: nn.mlp([2, 2, 1], { activation: "tanh" }),
      },
    },
    long,
  ),
  broken(
    "stalled",
    "mild",
    "slow-generator",
    "a generator's rate of 1e-6",
    {
      data: sets.moons,
      rates: [1e-6, 1e-3],
      rest: { penalties: { type: "r1", weight: 1 } },
    },
    long,
  ),
  broken(
    "stalled",
    "mild",
    "one-dimension",
    "a linear generator of one latent number",
    {
      data: sets.grid,
      rest: { generator: nn.mlp([1, 2]), penalties: { type: "r1", weight: 0.1 } },
    },
    long,
  ),
];

/** Broken as far as samples go. */
export const sampleRows: readonly Row[] = [...oscillation, ...collapse, ...dropped, ...stalled];
