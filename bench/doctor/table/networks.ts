import { data, nn } from "saddlepoint";
import { sets } from "./healthy.ts";
import { conditional, few } from "./parts.ts";
import { broken, type Row } from "./row.ts";

/** For what is judged by means over hundreds of steps. */
const lengthy = 1000;

const dead: readonly Row[] = [
  broken("dead-layer", "severe", "negative-weights", "rectifiers behind weights that are negative", {
    data: sets.ring,
    generator: { activation: "relu", initializer: nn.normal(0.1, -0.3) },
    discriminator: { activation: "leakyRelu" },
  }),
  broken("dead-layer", "mild", "some-negative-weights", "rectifiers behind weights that are mostly negative", {
    data: sets.moons,
    generator: { activation: "relu", initializer: nn.normal(0.3, -0.12) },
    discriminator: { activation: "leakyRelu" },
    rates: [2e-4, 1e-3],
  }),
  broken("dead-layer", "severe", "fast-discriminator", "rectifiers in a discriminator with a rate of 0.1", {
    data: sets.grid,
    discriminator: { activation: "relu" },
    rates: [1e-3, 0.1],
  }),
  broken("dead-layer", "severe", "fast-generator", "rectifiers in a generator with a rate of 0.1", {
    data: sets.ring,
    rates: [0.1, 1e-3],
  }),
  broken("dead-layer", "mild", "negative-discriminator", "a discriminator of rectifiers behind negative weights", {
    data: sets.clusters,
    discriminator: { activation: "relu", initializer: nn.normal(0.3, -0.15) },
    rates: [1e-3, 2e-4],
  }),
];

const saturated: readonly Row[] = [
  broken("saturated-layer", "severe", "tanh", "a generator of tanh with large weights", {
    data: sets.ring,
    generator: { activation: "tanh", initializer: nn.normal(8) },
    discriminator: { activation: "leakyRelu" },
  }),
  broken("saturated-layer", "mild", "sigmoid", "a generator of sigmoids with large weights", {
    data: sets.moons,
    generator: { activation: "sigmoid", initializer: nn.normal(12) },
    discriminator: { activation: "leakyRelu" },
  }),
  broken("saturated-layer", "severe", "discriminator", "a discriminator of tanh before data of a large size", {
    data: data.gaussianRing({ radius: 60, standardDeviation: 3 }),
    discriminator: { activation: "tanh" },
    rest: { penalties: { type: "r1", weight: 0.1 } },
  }),
];

const corners = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const;
const one = [
  [0, 0],
  [0.1, 0],
] as const;

function overfitting(
  severity: "mild" | "severe",
  name: string,
  count: number,
  centers: typeof corners | typeof one,
): Row {
  const { data, fresh } = few(count, centers, centers === one ? 1 : 0.4);
  return broken(
    "discriminator-overfitting",
    severity,
    name,
    `${count} points, a large discriminator that is fast`,
    {
      data,
      rates: [2e-4, 3e-3],
      rest: {
        discriminator: nn.mlp([2, 96, 96, 1], { activation: "relu" }),
        discriminatorSteps: 4,
        batchSize: Math.min(64, count),
      },
    },
    { fresh, steps: lengthy },
  );
}

const overfits: readonly Row[] = [
  overfitting("severe", "sixteen", 16, one),
  overfitting("severe", "thirty-two", 32, corners),
  overfitting("mild", "sixty-four", 64, one),
];

/** A generator that hears its latent vector through weights of this deviation, before it is told the class. */
const deaf = (classes: number, deviation: number, depth: number, slow: number) => ({
  ...conditional(true, true, classes, slow),
  generator: nn.network(
    [4],
    [
      ...Array.from({ length: depth }, () => [
        nn.linear(16, { initializer: nn.normal(deviation) }),
        nn.activation("tanh"),
      ]).flat(),
      nn.concatInput({ classes }),
      nn.linear(32, { initializer: "heNormal" }),
      nn.activation("relu"),
      nn.linear(2),
    ],
  ),
});

const ignored: readonly Row[] = [
  broken(
    "ignored-class",
    "severe",
    "blind-discriminator",
    "the discriminator is not told the class",
    {
      data: sets.smallRing,
      rest: conditional(true, false, 4),
    },
    { isConditional: true, steps: lengthy },
  ),
  broken(
    "ignored-class",
    "mild",
    "blind-discriminator-clusters",
    "the same, on three clusters",
    {
      data: sets.clusters,
      rest: conditional(true, false, 3),
    },
    { isConditional: true, steps: lengthy },
  ),
  broken(
    "ignored-class",
    "severe",
    "blind-discriminator-grid",
    "the same, on a grid",
    { data: sets.grid, rest: conditional(true, false, 9) },
    { isConditional: true, steps: lengthy },
  ),
  broken(
    "ignored-latent",
    "severe",
    "deaf",
    "the latent vector is heard through weights of 1e-6",
    { data: sets.smallRing, rest: deaf(4, 1e-6, 1, 2e-4) },
    { isConditional: true },
  ),
  broken(
    "ignored-latent",
    "severe",
    "deaf-clusters",
    "the latent vector is heard through three layers of small weights",
    { data: sets.clusters, rest: deaf(3, 1e-3, 3, 5e-4) },
    { isConditional: true },
  ),
  broken(
    "ignored-latent",
    "mild",
    "hard-of-hearing",
    "the latent vector is heard through weights of 5e-3",
    { data: sets.smallRing, rest: deaf(4, 5e-3, 1, 1e-4) },
    { isConditional: true },
  ),
];

const hopping: readonly Row[] = [
  broken("hopping-modes", "severe", "ring", "the original loss on a ring, a generator five times as fast", {
    data: data.gaussianRing(),
    latent: 16,
    width: 64,
    generator: { activation: "tanh", initializer: "orthogonal" },
    discriminator: { activation: "tanh" },
    rates: [1e-2, 2e-3],
    rest: { loss: "minimax" },
  }),
  broken("hopping-modes", "mild", "clusters", "separate clusters, a fast generator with momentum", {
    data: data.disjointClusters({ standardDeviation: 0.1 }),
    rates: [1e-2, 2e-3],
    betas: [0.9, 0.999],
  }),
  broken("hopping-modes", "severe", "grid", "a grid, a generator five times as fast", {
    data: data.gaussianGrid({ size: 3, spacing: 2, standardDeviation: 0.1 }),
    rates: [1e-2, 2e-3],
    generator: { activation: "tanh" },
    discriminator: { activation: "tanh" },
  }),
];

const outOfRange: readonly Row[] = [
  broken("data-out-of-range", "severe", "ring", "a tanh at the generator's end, data up to 2", {
    data: sets.ring,
    generator: { activation: "relu", outputActivation: "tanh" },
    rest: { penalties: { type: "r1", weight: 0.1 } },
  }),
  broken("data-out-of-range", "mild", "moons", "a tanh at the generator's end, data up to 1.6", {
    data: sets.moons,
    generator: { activation: "relu", outputActivation: "tanh" },
    rest: { penalties: { type: "r1", weight: 0.1 } },
  }),
  broken("data-out-of-range", "severe", "sigmoid", "a sigmoid at the generator's end, data from -1 to 1", {
    data: sets.line,
    generator: { activation: "relu", outputActivation: "sigmoid" },
    rest: { penalties: { type: "r1", weight: 0.1 } },
  }),
];

/** Broken in the networks, and in what data and networks are to each other. */
export const networkRows: readonly Row[] = [...dead, ...saturated, ...overfits, ...ignored, ...hopping, ...outOfRange];
