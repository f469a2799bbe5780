import { at } from "../../errors/at.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { defineTrick } from "./trick.ts";

/**
 * Top-k training (Sinha et al. 2020, algorithm 1): the generator learns from those of its samples alone that D takes for the
 * most real, the k with the highest logits. k begins as the whole batch B and becomes
 *
 *   k = round(B max(floor, decay^(step / every))), at least 1
 *
 * The other logits count as constants, and the gradient of the kept ones is B / k times as large, so that it is the mean
 * over them. The loss that is shown stays that of all.
 */
export const topKTrick = defineTrick({
  name: "topK",
  options: {
    /** Factor of the share that is kept, per `every` steps. From 0.01 to 1, default 0.99. */
    decay: { default: 0.99, low: 0.01, high: 1 },
    /** Generator steps in which the share falls by the factor once. From 1 to 1e9, default 100. */
    every: { default: 100, low: 1, high: 1e9 },
    /** Smallest share that is kept. From 0 to 1, default 0.5. */
    floor: { default: 0.5, low: 0, high: 1 },
  },
  logits: (fake, { options: { decay, every, floor }, step }) => {
    const batch = at(fake.shape, 0);
    const share = Tensor.scalar(decay).pow(step.div(every)).maximum(floor);
    const k = share.mul(batch).add(0.5).floor().maximum(1);
    const isKept = ranks(fake).less(k.broadcastTo(fake.shape));
    const factor = Tensor.where(isKept, Tensor.scalar(batch).div(k).broadcastTo(fake.shape), 0);
    const constant = fake.detach();
    return constant.add(fake.sub(constant).mul(factor));
  },
});

/** How many logits [batch, 1] stand before each one: larger ones, and equal ones that come earlier. */
function ranks(logits: Tensor): Tensor {
  const batch = at(logits.shape, 0);
  const square = [batch, batch];
  const mine = logits.detach().broadcastTo(square);
  const other = logits.detach().reshape([1, batch]).broadcastTo(square);
  const position = Tensor.arange(batch);
  const isEarlier = position
    .reshape([1, batch])
    .broadcastTo(square)
    .less(position.reshape([batch, 1]).broadcastTo(square));
  const ahead = Tensor.where(isEarlier, other.greaterEqual(mine), other.greater(mine));
  return ahead.cast("f32").sum(1, { keepDims: true });
}
