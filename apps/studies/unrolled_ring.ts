import { data, type gan, nn } from "saddlepoint";
import type { Study, Variant } from "./study.ts";

const adam = (lr: number) => ({ type: "adam", lr, betas: [0.5, 0.999] }) as const;

const game: Omit<gan.TrainerConfig, "seed"> = {
  generator: nn.mlp([16, 64, 64, 2], { activation: "tanh", initializer: "orthogonal" }),
  discriminator: nn.mlp([2, 64, 64, 1], { activation: "tanh" }),
  data: data.gaussianRing(),
  loss: "minimax",
  batchSize: 128,
  optimizer: { generator: adam(1e-2), discriminator: adam(2e-3) },
  probes: { every: 0 },
  submitMilliseconds: 100,
};

const unrolledBy = (steps: number): Variant => ({
  name: `K = ${steps}`,
  config: steps === 0 ? game : { ...game, play: { type: "unrolled", steps } },
});

export const unrolledRing: Study = {
  title: "Unrolled GAN on the ring of eight Gaussians",
  about: `Does a generator that looks ahead of its discriminator stop chasing it from mode to mode? After Metz et al. 2017: the
minimax loss, and the generator's gradient taken through K steps of the discriminator's Adam, moments included. The
generator's rate is five times the discriminator's, which lets the plain game (K = 0) cycle.

Ring of radius 2, σ = 0.05; G 16-64-64-2 and D 2-64-64-1 with tanh, batches of 128, Adam with rates 1e-2 and 2e-3 and β₁ = 0.5.`,
  variants: [unrolledBy(0), unrolledBy(10)],
  seeds: [1, 2, 3, 4, 5],
  steps: 1500,
  lastRate: 0.05,
  reading: `Looking ahead, the generator covers all eight modes from every seed, by both rules; without it, it is on one or two of them at a
time and moves on.`,
  published: `Metz et al. 2017, figure 2: without unrolling the generator rotates among modes and never covers more than a few; with
K = 10 it covers all eight by step 25,000. There σ = 0.02, a latent vector of 256 numbers, ReLU networks of 128 units, and a rate of
1e-4: a longer and harder run than this one. Srivastava et al. 2017 (VEEGAN), table 1, count 7.6 of 8 modes at K = 5 by the rule
of one sample, with 36 % of the samples within 3 σ; both are quoted from memory of the papers.`,
};
