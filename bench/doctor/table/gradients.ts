import { data, gan, nn, type Tensor } from "saddlepoint";
import { sets } from "./healthy.ts";
import { broken, game, type Row } from "./row.ts";

/** The original loss as it is often written, where 1 - sigmoid rounds to zero in f32, and its logarithm is infinite. */
const written = gan.defineLoss({
  name: "written",
  options: {},
  create: () => ({
    output: "logit",
    discriminator: (real, fake) => real.sigmoid().log().mean().neg().sub(fake.sigmoid().neg().add(1).log().mean()),
    generator: (fake) => fake.sigmoid().log().mean().neg(),
    logGain: (fake) => fake.softplus().neg(),
    comparedWith: "minimax",
  }),
});

/** Points of which a few are not numbers, or are infinite: as from a table that was read wrongly. */
const holes = (share: number, hole: (isThere: Tensor) => Tensor) =>
  data.sampler({
    name: "holes",
    sampleShape: [2],
    // 0 with a probability of `share`, else 1.
    sample: (random, size) => random.normal([size, 2]).add(hole(random.uniform([size, 2]).greater(share).cast("f32"))),
  });

const sgd = (slow: number, fast = slow) =>
  ({ optimizer: { generator: { type: "sgd", lr: slow }, discriminator: { type: "sgd", lr: fast } } }) as const;

/** A generated sample's logit from which on the loss above is infinite: half an ulp below 1 is 2^-25. */
const lossBreaksAt = 16.6;

const nonFinite: readonly Row[] = [
  broken(
    "non-finite-values",
    "severe",
    "written-loss",
    "a logarithm of 1 - sigmoid, a fast discriminator",
    {
      data: sets.ring,
      rates: [1e-4, 1e-2],
      rest: { loss: written },
    },
    { lossBreaksAt },
  ),
  broken(
    "non-finite-values",
    "mild",
    "written-loss-late",
    "the same, with seven discriminator steps",
    {
      data: sets.clusters,
      rates: [2e-4, 3e-3],
      rest: { loss: written, discriminatorSteps: 7 },
    },
    { lossBreaksAt },
  ),
  broken(
    "non-finite-values",
    "severe",
    "holes",
    "one number in a thousand of the data is NaN",
    {
      data: holes(1e-3, (zero) => zero.div(zero).sub(1)),
    },
    { hasHoles: true },
  ),
  broken(
    "non-finite-values",
    "mild",
    "infinity",
    "one number in ten thousand of the data is infinite",
    {
      data: holes(1e-4, (zero) => zero.log().neg()),
    },
    { hasHoles: true },
  ),
  broken("non-finite-values", "severe", "wasserstein-overflow", "no penalty, and SGD with a rate of 10", {
    data: sets.ring,
    rest: { loss: "wasserstein", ...sgd(10) },
  }),
];

const vanishing: readonly Row[] = [
  broken(
    "vanishing-generator-gradient",
    "severe",
    "minimax-five-steps-fast",
    "the original loss, five discriminator steps",
    {
      data: data.gaussianRing(),
      rates: [2e-5, 2e-2],
      rest: { loss: "minimax", discriminatorSteps: 5 },
    },
  ),
  broken(
    "vanishing-generator-gradient",
    "severe",
    "minimax-clusters",
    "the original loss, the discriminator 300 times as fast",
    {
      data: data.disjointClusters(),
      rates: [2e-5, 2e-2],
      rest: { loss: "minimax" },
    },
  ),
  broken(
    "vanishing-generator-gradient",
    "mild",
    "minimax-sgd-far",
    "the original loss, a generator by SGD, data beside it",
    {
      data: data.disjointClusters({
        centers: [
          [4, 4],
          [5, 4],
          [4.5, 5],
        ],
        standardDeviation: 0.2,
      }),
      rest: {
        loss: "minimax",
        optimizer: { generator: { type: "sgd", lr: 1e-4 }, discriminator: { type: "adam", lr: 1e-2 } },
      },
    },
  ),
  broken(
    "vanishing-generator-gradient",
    "severe",
    "minimax-far-fast",
    "the original loss, data ten away from the samples",
    {
      data: data.disjointClusters({
        centers: [
          [10, 10],
          [12, 10],
          [11, 12],
        ],
        standardDeviation: 0.2,
      }),
      rates: [1e-4, 2e-2],
      rest: { loss: "minimax" },
    },
  ),
  broken("vanishing-generator-gradient", "mild", "minimax-line", "the original loss, two steps, on a line beside it", {
    data: data.line({ from: [1, 1], to: [3, 3] }),
    rates: [2e-5, 3e-3],
    rest: { loss: "minimax", discriminatorSteps: 2 },
  }),
  broken(
    "vanishing-generator-gradient",
    "severe",
    "flat-critic",
    "a discriminator of tanh whose units are at their ends",
    {
      data: sets.ring,
      discriminator: { activation: "tanh", initializer: nn.normal(12) },
      rates: [1e-4, 1e-4],
    },
  ),
  broken(
    "vanishing-generator-gradient",
    "mild",
    "flat-critic-far",
    "a discriminator of tanh, samples far from the data",
    {
      data: data.gaussianRing({ radius: 20, standardDeviation: 1 }),
      discriminator: { activation: "tanh", initializer: nn.normal(3) },
      rates: [1e-4, 2e-3],
    },
  ),
  broken("vanishing-generator-gradient", "severe", "deep-sigmoid", "a generator of eight layers of sigmoids", {
    data: sets.ring,
    depth: 8,
    generator: { activation: "sigmoid" },
    discriminator: { activation: "leakyRelu" },
  }),
  broken(
    "vanishing-generator-gradient",
    "mild",
    "deep-tanh-small",
    "a generator of eight layers of tanh, small weights",
    {
      data: sets.moons,
      depth: 8,
      generator: { activation: "tanh", initializer: nn.normal(0.03) },
      discriminator: { activation: "leakyRelu" },
      rates: [1e-4, 1e-3],
    },
  ),
];

const underflow: readonly Row[] = [
  broken(
    "gradient-underflow",
    "severe",
    "deep-sigmoid",
    "a generator of 20 layers of sigmoids with tiny weights",
    {
      data: sets.ring,
      depth: 20,
      width: 16,
      generator: { activation: "sigmoid", initializer: nn.normal(0.01) },
      discriminator: { activation: "leakyRelu" },
    },
    { steps: 600 },
  ),
  broken(
    "gradient-underflow",
    "severe",
    "deep-tanh",
    "a generator of 20 layers of tanh with tiny weights",
    {
      data: sets.moons,
      depth: 20,
      width: 16,
      generator: { activation: "tanh", initializer: nn.normal(1e-3) },
      discriminator: { activation: "leakyRelu" },
    },
    { steps: 600 },
  ),
  broken(
    "gradient-underflow",
    "severe",
    "discriminator",
    "a discriminator of 20 layers of sigmoids with tiny weights",
    {
      data: sets.moons,
      depth: 20,
      width: 16,
      discriminator: { activation: "sigmoid", initializer: nn.normal(0.01) },
    },
    { steps: 600 },
  ),
];

const unstable: readonly Row[] = [
  broken("unstable-gradient", "severe", "wasserstein-bare", "a Wasserstein critic without a penalty", {
    data: sets.ring,
    rates: [3e-4, 1e-2],
    rest: { loss: "wasserstein" },
  }),
  broken("unstable-gradient", "mild", "wasserstein-bare-slow", "the same, slowly", {
    rates: [1e-4, 5e-3],
    data: sets.moons,
    rest: { loss: "wasserstein" },
  }),
  broken("unstable-gradient", "severe", "fast-critic-narrow", "a discriminator with a rate of 0.03 on narrow modes", {
    data: data.gaussianRing({ standardDeviation: 0.02 }),
    rates: [3e-4, 3e-2],
  }),
  broken(
    "unstable-gradient",
    "severe",
    "larger-weights",
    "a discriminator drawn with fifteen times the usual weights",
    {
      data: sets.grid,
      discriminator: { activation: "leakyRelu", initializer: nn.normal(3) },
    },
  ),
  broken("unstable-gradient", "mild", "hinge-fast", "hinge, a discriminator with a rate of 0.03 on narrow modes", {
    data: data.gaussianRing({ standardDeviation: 0.02 }),
    rates: [3e-4, 3e-2],
    rest: { loss: "hinge" },
  }),
  broken(
    "unstable-gradient",
    "severe",
    "large-data",
    "data of a thousand times the usual size",
    game({
      data: data.gaussianRing({ radius: 2000, standardDeviation: 100 }),
      rest: { loss: "least-squares" },
    }),
  ),
];

/** Broken where gradients are computed. */
export const gradientRows: readonly Row[] = [...nonFinite, ...vanishing, ...underflow, ...unstable];
