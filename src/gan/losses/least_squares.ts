import { defineLoss } from "./loss.ts";

/**
 * Least squares (Mao et al. 2017, equation 2): D pulls the outputs of real samples to b and of fakes to a, G pulls those of
 * fakes to c. On logits, as published: squares of sigmoids would saturate at both ends.
 *
 *   L_D = (a_r - b)^2 / 2 + (a_f - a)^2 / 2        L_G = (a_f - c)^2 / 2
 *   dL_D/da_r = a_r - b        dL_D/da_f = a_f - a
 *   dL_G/da_f = a_f - c, which never saturates, and grows with the distance from the target
 */
export const leastSquares = defineLoss({
  name: "least-squares",
  options: {
    /** The output that D wants for generated samples. From -100 to 100, default 0. */
    a: { default: 0, low: -100, high: 100 },
    /** The output that D wants for real samples. From -100 to 100, default 1. */
    b: { default: 1, low: -100, high: 100 },
    /** The output that G wants for generated samples. From -100 to 100, default 1. */
    c: { default: 1, low: -100, high: 100 },
  },
  create: ({ a, b, c }) => ({
    // What is undecided lies half-way between the targets.
    output: a + b === 0 ? "logit" : "score",
    ...(a < b && { boundary: (a + b) / 2 }),
    discriminator: (real, fake) => real.sub(b).square().mean().add(fake.sub(a).square().mean()).mul(0.5),
    generator: (fake) => fake.sub(c).square().mean().mul(0.5),
    logGain: (fake) => fake.sub(c).abs().log(),
    comparedWith: "minimax",
  }),
});
