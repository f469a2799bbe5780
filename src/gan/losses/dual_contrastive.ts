import type { Tensor } from "../../tensor/tensor.ts";
import { logAddExp } from "./log_domain.ts";
import { plainLoss } from "./loss.ts";
import { needed } from "./needed.ts";

/**
 * Dual contrastive loss (Yu et al. 2021): D finds each real sample among all generated ones, and each generated
 * one among all real ones. The paper's G maximises the same; this one exchanges the roles, as the implementations do, so
 * that it does not saturate where D wins. With S = logSumExp over a batch:
 *
 *   L_D = softplus(S(a_f) - a_r) + softplus(a_f + S(-a_r))        L_G = softplus(S(a_r) - a_f) + softplus(a_r + S(-a_f))
 *   dL_D/da_r = -sigmoid(S(a_f) - a_r) - softmax(-a_r) sum_j sigmoid(a_fj + S(-a_r))
 *   dL_D/da_f = sigmoid(a_f + S(-a_r)) + softmax(a_f) sum_i sigmoid(S(a_f) - a_ri)
 *   dL_G/da_f = -sigmoid(S(a_r) - a_f) - softmax(-a_f) sum_i sigmoid(a_ri + S(-a_f)), which goes to zero only where every
 *   fake is judged far more real than every real sample
 */
export const dualContrastive = plainLoss("dual-contrastive", {
  output: "logit",
  discriminator: (real, fake) => contrast(real, fake),
  generator: (fake, real) => contrast(fake, others(real)),
  usesReal: true,
  logGain: (fake, real) => {
    const all = others(real);
    const asOne = above(fake, all).logSigmoid();
    const [a, f] = from(fake.min(), all, fake);
    const lowest = f.neg().logSumExp();
    const asRival = a.add(lowest).logSigmoid().logSumExp().sub(f).sub(lowest);
    return logAddExp(asOne, asRival.add(Math.log(fake.size / all.size)));
  },
  comparedWith: "minimax",
});

/** How badly each of `high` is above all of `low`, and each of `low` below all of `high`. */
function contrast(high: Tensor, low: Tensor): Tensor {
  return above(high, low).softplus().mean().add(above(low.neg(), high.neg()).softplus().mean());
}

/** S(low) - high. */
function above(high: Tensor, low: Tensor): Tensor {
  const [h, l] = from(low.max(), high, low);
  return l.logSumExp().sub(h);
}

/** Logits from a place among them on: large ones would keep no digits of what they differ by. */
function from(place: Tensor, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const zero = place.detach();
  return [a.sub(zero), b.sub(zero)];
}

const others = (real: Tensor | undefined) => needed("dual-contrastive", "the logits of real samples", real);
