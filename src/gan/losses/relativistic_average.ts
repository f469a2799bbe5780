import type { Tensor } from "../../tensor/tensor.ts";
import { logAddExp, logMeanExp } from "./log_domain.ts";
import { plainLoss } from "./loss.ts";
import { needed } from "./needed.ts";

/**
 * The relativistic average game (Jolicoeur-Martineau 2018, RaGAN): every sample is judged against the mean m of the
 * other kind's logits. The generator minimises both terms with the roles exchanged; dropping the second is another loss.
 *
 *   L_D = softplus(m_f - a_r) + softplus(a_f - m_r)        L_G = softplus(m_r - a_f) + softplus(a_r - m_f)
 *   dL_D/da_r = -sigmoid(m_f - a_r) - mean_j sigmoid(a_fj - m_r)
 *   dL_D/da_f = sigmoid(a_f - m_r) + mean_i sigmoid(m_f - a_ri)
 *   dL_G/da_f = -sigmoid(m_r - a_f) - mean_i sigmoid(a_ri - m_f), which goes to zero only where fakes are judged far more
 *   real than the average real sample
 */
export const relativisticAverage = plainLoss("relativistic-average", {
  output: "logit",
  discriminator: (real, fake) => ranked(real, fake),
  generator: (fake, real) => ranked(fake, others(real)),
  usesReal: true,
  logGain: (fake, real) => {
    const a = others(real);
    return logAddExp(a.mean().sub(fake).logSigmoid(), logMeanExp(a.sub(fake.mean()).logSigmoid()));
  },
  comparedWith: "minimax",
});

/** How badly `above` is above the mean of `below`, and `below` below that of `above`. */
function ranked(above: Tensor, below: Tensor): Tensor {
  const high = below.mean().sub(above).softplus();
  const low = below.sub(above.mean()).softplus();
  return high.mean().add(low.mean());
}

const others = (real: Tensor | undefined) => needed("relativistic-average", "the logits of real samples", real);
