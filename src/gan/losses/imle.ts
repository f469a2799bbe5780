import { Tensor } from "../../tensor/tensor.ts";
import { crossEntropy } from "./cross_entropy.ts";
import { plainLoss } from "./loss.ts";

/**
 * Implicit maximum likelihood (Li and Malik 2018): every real sample x_i [n, d] pulls the generated one that is
 * nearest to it, so that no mode is ever left out.
 *
 *   L_G = mean_i min_j |G(z_j) - x_i|^2
 *
 * D is trained as in minimax and watches, but the generator never listens to it: dL_G/da_f = 0.
 */
export const imle = plainLoss("imle", {
  output: "logit",
  discriminator: crossEntropy(0),
  generator: () => Tensor.scalar(0),
  ofSamples: (fake, real) =>
    real
      .sub(fake.gather(nearest(fake, real)))
      .square()
      .sum(1)
      .mean(),
  logGain: (fake) => Tensor.full(fake.shape, Number.NEGATIVE_INFINITY),
  comparedWith: "minimax",
});

/**
 * For each row of `real`, the row of `fake` [m, d] that is nearest: u32 [n]. The distances come from a product,
 * |f|^2 - 2 f.x, whose rounding may only confuse near ties; the one that counts is taken of the difference itself.
 */
function nearest(fake: Tensor, real: Tensor): Tensor {
  const [points, targets] = [fake.detach(), real.detach()];
  const squares = points.square().sum(1);
  return targets.matmul(points, { transposeB: true }).mul(2).sub(squares).argmax(1);
}
