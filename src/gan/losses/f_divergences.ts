import { type Advice, remedy } from "../../probes/remedies.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type GanLoss, type LossEntry, plainLoss } from "./loss.ts";

/** What an f-divergence asks of a discriminator with output v. */
interface Divergence extends Pick<GanLoss, "output" | "boundary" | "comparedWith" | "warning" | "logGain"> {
  /** The output activation, T = g_f(v). */
  readonly activation: (v: Tensor) => Tensor;
  /** The conjugate of f at T, as a function of v: f*(g_f(v)). */
  readonly conjugate: (v: Tensor) => Tensor;
}

/**
 * f-GAN (Nowozin et al. 2016, equation 4, tables 2 and 6): D maximises the lower bound E T(x) - E f*(T(G(z))) of the
 * divergence that f stands for, G minimises it. With T = g_f(v) put into f* by hand, so that nothing but the value itself
 * overflows.
 *
 *   L_D = -g_f(v_r) + f*(g_f(v_f))        L_G = -f*(g_f(v_f))
 *
 * | divergence         | g_f(v)                 | f*(g_f(v))             | dL_D/dv_r   | dL_G/dv_f = -dL_D/dv_f |
 * |--------------------|------------------------|------------------------|-------------|------------------------|
 * | Kullback-Leibler   | v                      | exp(v - 1)             | -1          | -exp(v - 1)            |
 * | its reverse        | -exp(-v)               | v - 1                  | -exp(-v)    | -1                     |
 * | Pearson chi^2      | v                      | v^2 / 4 + v            | -1          | -(v / 2 + 1)           |
 * | Jensen-Shannon     | log 2 - softplus(-v)   | softplus(v) - log 2    | -sigmoid(-v)| -sigmoid(v)            |
 * | squared Hellinger  | 1 - exp(-v)            | exp(v) - 1             | -exp(-v)    | -exp(v)                |
 *
 * The generator's side is the bound itself: it saturates where D rejects a sample (v to minus infinity) for
 * Kullback-Leibler, Jensen-Shannon and Hellinger, at v = -2 for Pearson, whose slope has the wrong sign below, and never
 * for the reverse divergence. Exponentials are infinite in f32 beyond 88.7.
 */
function boundOf<const Name extends string>(
  name: Name,
  { activation, conjugate, ...rest }: Divergence,
): LossEntry<Record<never, never>, Name> {
  return plainLoss(name, {
    discriminator: (real, fake) => conjugate(fake).mean().sub(activation(real).mean()),
    generator: (fake) => conjugate(fake).mean().neg(),
    ...rest,
  });
}

const warning: Advice = {
  problem:
    "This divergence takes an exponential of the discriminator's output, which must stay small: beyond 88 it is infinite " +
    "in f32.",
  remedies: [
    remedy("", { kind: "penalty", name: "r1" }),
    remedy("", { kind: "scale", name: "discriminatorLearningRate", factor: 0.3 }),
  ],
};

export const fKl = boundOf("f-kl", {
  // At the optimum v = 1 + log(p / q): undecided is 1, not 0.
  output: "score",
  boundary: 1,
  activation: (v) => v,
  conjugate: (v) => v.sub(1).exp(),
  logGain: (v) => v.sub(1),
  comparedWith: "non-saturating",
  warning,
});

export const fReverseKl = boundOf("f-reverse-kl", {
  output: "logit",
  activation: (v) => v.neg().exp().neg(),
  conjugate: (v) => v.sub(1),
  logGain: (v) => v.mul(0),
  comparedWith: "minimax",
  warning,
});

export const fPearson = boundOf("f-pearson", {
  output: "logit",
  activation: (v) => v,
  conjugate: (v) => v.square().mul(0.25).add(v),
  logGain: (v) => v.mul(0.5).add(1).abs().log(),
  comparedWith: "non-saturating",
});

export const fJensenShannon = boundOf("f-jensen-shannon", {
  output: "logit",
  activation: (v) => v.neg().softplus().neg().add(Math.LN2),
  conjugate: (v) => v.softplus().sub(Math.LN2),
  logGain: (v) => v.logSigmoid(),
  comparedWith: "non-saturating",
});

export const fSquaredHellinger = boundOf("f-squared-hellinger", {
  output: "logit",
  activation: (v) => v.neg().exp().neg().add(1),
  conjugate: (v) => v.exp().sub(1),
  logGain: (v) => v,
  comparedWith: "non-saturating",
  warning,
});
