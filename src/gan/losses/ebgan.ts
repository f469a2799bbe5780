import { defineLoss } from "./loss.ts";

/**
 * Energy-based GAN (Zhao et al. 2017, equations 1 and 2): D is an autoencoder, and its squared error L a sample's energy,
 * which D lowers for real samples and lifts for fakes up to a margin m.
 *
 *   L_D = L(x) + max(0, m - L(G(z)))        L_G = L(G(z))
 *   dL_D/dL(x) = 1        dL_D/dL(G) = -1 where L(G) < m: a fake beyond the margin teaches D nothing more
 *   dL_G/dL(G) = 1, which never saturates
 */
export const ebgan = defineLoss({
  name: "ebgan",
  options: {
    /** The mean squared error up to which D lifts that of fakes. From 0 to 1000, default 1. */
    margin: { default: 1, low: 0, high: 1000 },
  },
  create: ({ margin }) => ({
    output: "error",
    discriminator: (real, fake) => real.mean().add(fake.neg().add(margin).relu().mean()),
    generator: (fake) => fake.mean(),
    logGain: (fake) => fake.mul(0),
    comparedWith: "minimax",
    reconstructionError: (samples, reconstructions) =>
      samples.sub(reconstructions).square().mean(1, { keepDims: true }),
  }),
});
