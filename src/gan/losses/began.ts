import { assertKind, finite, share } from "../../errors/checks.ts";
import { defineLoss } from "./loss.ts";
import { needed } from "./needed.ts";

/**
 * Boundary equilibrium (Berthelot et al. 2017, section 3.4): D is an autoencoder with the error L(v) = mean |v - D(v)|, and
 * k, which says how much D minds reconstructing fakes well, is moved so that E L(G(z)) = gamma E L(x).
 *
 *   L_D = L(x) - k L(G(z))        L_G = L(G(z))        k' = clip(k + lambda (gamma L(x) - L(G(z))), 0, 1)
 *   dL_D/dL(x) = 1        dL_D/dL(G) = -k, which is zero in the first step
 *   dL_G/dL(G) = 1, which never saturates: what may vanish is the autoencoder's own gradient
 *
 * How far a training is, `beganMeasure` says.
 */
export const began = defineLoss({
  name: "began",
  options: {
    /** The error of fakes over that of real samples, at equilibrium. From 0 to 1, default 0.5. */
    gamma: { default: 0.5, low: 0, high: 1 },
    /** How fast k moves, a step and unit of error. From 0 to 1, default 0.001. */
    lambda: { default: 0.001, low: 0, high: 1 },
  },
  create: ({ gamma, lambda }) => ({
    output: "error",
    discriminator: (real, fake, given) => {
      const carry = needed("began", "a carry", given);
      const k = carry.read("k");
      const [ofReal, ofFake] = [real.mean(), fake.mean()];
      const change = ofReal.mul(gamma).sub(ofFake).mul(lambda);
      carry.keep("k", k.add(change.detach()).clamp(0, 1));
      return ofReal.sub(ofFake.mul(k));
    },
    generator: (fake) => fake.mean(),
    logGain: (fake) => fake.mul(0),
    comparedWith: "minimax",
    reconstructionError: (samples, reconstructions) => samples.sub(reconstructions).abs().mean(1, { keepDims: true }),
  }),
});

/**
 * The global measure of convergence of the same paper (section 3.4.1), M = L(x) + |gamma L(x) - L(G(z))|: it falls as
 * samples get better, at any balance.
 *
 * @param real mean error of reconstructing real samples.
 * @param fake the same of generated ones.
 */
export function beganMeasure(real: number, fake: number, gamma = 0.5): number {
  assertKind("beganMeasure", "real", real, finite);
  assertKind("beganMeasure", "fake", fake, finite);
  assertKind("beganMeasure", "gamma", gamma, share);
  return real + Math.abs(gamma * real - fake);
}
