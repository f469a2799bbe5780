import { data, nn } from "saddlepoint";
import { sets } from "./healthy.ts";
import { broken, type Row } from "./row.ts";

const overpowering: readonly Row[] = [
  broken("overpowering-discriminator", "severe", "far-faster", "a discriminator 250 times as fast", {
    data: data.gaussianRing(),
    rates: [2e-5, 5e-3],
  }),
  broken("overpowering-discriminator", "mild", "five-steps", "five discriminator steps, a slow generator", {
    data: data.gaussianGrid({ size: 3 }),
    rates: [3e-5, 2e-3],
    rest: { discriminatorSteps: 5 },
  }),
  broken("overpowering-discriminator", "severe", "slow-generator", "a generator with a rate of 1e-5", {
    data: sets.moons,
    rates: [1e-5, 1e-3],
  }),
  broken("overpowering-discriminator", "mild", "hinge", "hinge, the discriminator 150 times as fast", {
    data: sets.clusters,
    rates: [2e-5, 3e-3],
    rest: { loss: "hinge" },
  }),
  broken("overpowering-discriminator", "mild", "least-squares", "least squares, three steps, a slow generator", {
    data: data.gaussianRing(),
    rates: [2e-5, 2e-3],
    rest: { loss: "least-squares", discriminatorSteps: 3 },
  }),
  broken("overpowering-discriminator", "severe", "narrow-generator", "a generator of three units", {
    data: data.gaussianRing(),
    rest: { generator: nn.mlp([4, 3, 2]), discriminatorSteps: 3 },
  }),
  broken("overpowering-discriminator", "mild", "relativistic", "relativistic, the discriminator 200 times as fast", {
    data: sets.clusters,
    rates: [2e-5, 4e-3],
    rest: { loss: "relativistic" },
  }),
];

const weak: readonly Row[] = [
  broken("weak-discriminator", "severe", "slow", "a discriminator with a rate of 1e-6", {
    data: sets.ring,
    rates: [1e-3, 1e-6],
  }),
  broken("weak-discriminator", "mild", "slower", "a discriminator with a rate of 1e-5, SGD", {
    data: sets.grid,
    rest: { optimizer: { generator: { type: "adam", lr: 1e-3 }, discriminator: { type: "sgd", lr: 1e-4 } } },
  }),
  broken(
    "weak-discriminator",
    "severe",
    "heavy-r1",
    "R1 with a weight of 1000: a blown-up penalty that flattens the discriminator",
    {
      data: sets.ring,
      rest: { penalties: { type: "r1", weight: 1000 } },
    },
    { ailments: ["penalty-blow-up"] },
  ),
  broken("weak-discriminator", "mild", "one-unit", "a discriminator of one unit", {
    data: sets.ring,
    rest: { discriminator: nn.mlp([2, 1, 1], { activation: "tanh" }) },
  }),
  broken("weak-discriminator", "severe", "flipped", "half of all labels are wrong", {
    data: sets.moons,
    rest: { tricks: { type: "labelFlipping", probability: 0.5 } },
  }),
  broken("weak-discriminator", "mild", "noise", "instance noise of 20 deviations", {
    data: sets.clusters,
    rest: { tricks: { type: "instanceNoise", sigma: 40 } },
  }),
  broken("weak-discriminator", "mild", "linear", "a linear discriminator", {
    data: sets.ring,
    rest: { discriminator: nn.mlp([2, 1]) },
  }),
];

const frozen: readonly Row[] = [
  broken("frozen-player", "severe", "generator-zero", "a generator's rate of 0", { data: sets.ring, rates: [0, 1e-3] }),
  broken("frozen-player", "severe", "discriminator-zero", "a discriminator's rate of 0", {
    data: sets.moons,
    rates: [1e-3, 0],
  }),
  broken("frozen-player", "mild", "generator-tiny", "a generator's rate of 1e-8", {
    data: sets.grid,
    rates: [1e-8, 1e-3],
  }),
  broken("frozen-player", "mild", "sgd-tiny", "a discriminator by SGD with a rate of 1e-7", {
    data: sets.clusters,
    rest: { optimizer: { generator: { type: "adam", lr: 1e-3 }, discriminator: { type: "sgd", lr: 1e-7 } } },
  }),
  broken("frozen-player", "severe", "epsilon", "an Adam whose epsilon is 1e6", {
    data: sets.spiral,
    rest: {
      optimizer: { generator: { type: "adam", lr: 1e-3, epsilon: 1e6 }, discriminator: { type: "adam", lr: 1e-3 } },
    },
  }),
];

const r1 = (weight: number, rest: object = {}) => ({ type: "r1", weight, ...rest }) as const;

const penalties: readonly Row[] = [
  broken("penalty-blow-up", "severe", "r1", "R1 with a weight of 3000, a critic with large weights", {
    data: sets.ring,
    discriminator: { activation: "leakyRelu", initializer: nn.normal(0.5) },
    rates: [1e-3, 1e-4],
    rest: { penalties: r1(3000) },
  }),
  broken("penalty-blow-up", "mild", "r1-tanh", "R1 with a weight of 300, a slow critic of tanh", {
    data: sets.moons,
    discriminator: { activation: "tanh", initializer: nn.normal(0.6) },
    rates: [1e-3, 3e-5],
    rest: { penalties: r1(300) },
  }),
  broken("penalty-blow-up", "severe", "gradient-penalty", "a gradient penalty of 1000 beside the non-saturating loss", {
    data: sets.ring,
    rest: { penalties: { type: "wganGp", weight: 1000 } },
  }),
  broken("penalty-blow-up", "mild", "gradient-penalty-hinge", "a gradient penalty of 100 beside hinge", {
    data: sets.grid,
    rest: { loss: "hinge", penalties: { type: "wganGp", weight: 100 } },
  }),
  broken("penalty-blow-up", "severe", "orthogonal", "an orthogonal penalty of 100", {
    data: sets.clusters,
    rates: [1e-3, 1e-5],
    rest: { penalties: { type: "orthogonal", weight: 100 } },
  }),
];

const drowned: readonly Row[] = [
  broken(
    "drowned-term",
    "severe",
    "r1",
    "R1 with a weight of 1e-7",
    {
      data: sets.ring,
      rest: { penalties: r1(1e-7) },
    },
    { terms: true },
  ),
  broken(
    "drowned-term",
    "mild",
    "r1-small",
    "R1 with a weight of 1e-5",
    {
      data: sets.moons,
      rest: { penalties: r1(1e-5) },
    },
    { terms: true },
  ),
  broken(
    "drowned-term",
    "severe",
    "gradient-penalty",
    "a gradient penalty of 1e-6",
    {
      data: sets.clusters,
      rest: { penalties: { type: "wganGp", weight: 1e-6 } },
    },
    { terms: true },
  ),
  broken(
    "drowned-term",
    "severe",
    "drowned-loss",
    "a gradient penalty of a million, which drowns the loss",
    {
      data: sets.ring,
      rest: { penalties: { type: "wganGp", weight: 1e6 } },
    },
    { terms: true },
  ),
];

/** Broken in how the players' strengths, or a player's terms, stand to each other. */
export const balanceRows: readonly Row[] = [...overpowering, ...weak, ...frozen, ...penalties, ...drowned];
