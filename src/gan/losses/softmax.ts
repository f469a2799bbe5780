import { Tensor } from "../../tensor/tensor.ts";
import { plainLoss } from "./loss.ts";
import { needed } from "./needed.ts";

/**
 * Softmax GAN (Lin 2017): the logits of a whole batch of r real and f generated samples are one softmax
 * p. D wants it uniform over the real ones, G uniform over all; a = -mu in the paper's sign. Both are cross entropies:
 *
 *   L_D = logSumExp(a) - mean(a_r)        L_G = logSumExp(a) - mean(a)
 *   dL_D/da_r = r p - 1        dL_D/da_f = f p
 *   dL_G/da_f = f p - f / (r + f), which stays at -1/2 where D rejects fakes, is zero where p is uniform, and grows to f
 *   for a fake that has it all: the softmax pushes such samples back
 */
export const softmax = plainLoss("softmax", {
  output: "logit",
  discriminator: (real, fake) => shares(real, fake).slice([0, 0], real.shape).mean().neg(),
  generator: (fake, real) => shares(rest(real), fake).mean().neg(),
  usesReal: true,
  logGain: (fake, real) => {
    const all = shares(rest(real), fake);
    const share = all.slice([all.size - fake.size, 0], fake.shape).exp();
    return share
      .sub(1 / all.size)
      .abs()
      .log()
      .add(Math.log(fake.size));
  },
  comparedWith: "minimax",
});

/** log p of both, in this order: a - logSumExp(a), which keeps its digits at any logits. */
const shares = (real: Tensor, fake: Tensor) => Tensor.concat([real, fake]).logSoftmax([0, 1]);

const rest = (real: Tensor | undefined) => needed("softmax", "the logits of real samples", real);
