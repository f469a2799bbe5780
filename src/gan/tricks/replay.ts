import { Tensor } from "../../tensor.ts";
import { defineTrick } from "./trick.ts";

/**
 * Replay of generated samples (SimGAN, Shrivastava et al. 2017, section 2.3): the last `size` batches of generated samples
 * are remembered, and in a step of the discriminator each new sample gives its place to an old one by chance, so that D does
 * not forget what the generator did. It begins once the memory is full; every step replaces its oldest batch.
 */
export const replayTrick = defineTrick({
  name: "replay",
  options: {
    /** Batches that are remembered. A whole number from 1 to 256, default 8. */
    size: { default: 8, low: 1, high: 256, whole: true },
    /** Probability that a generated sample is replaced by an old one. From 0 to 1, default 0.5. */
    probability: { default: 0.5, low: 0, high: 1 },
  },
  batches: ({ real, fake }, { options: { size, probability }, random, carry }) => {
    const batch = fake.shape[0] as number;
    const samples = carry.read("samples", [size, fake.size]);
    const [slot, filled] = [carry.read("slot"), carry.read("filled")];
    const old = samples
      .reshape([size * batch, -1])
      .gather(random.integers([batch], size * batch))
      .reshape(fake.shape);
    const chance = Tensor.where(filled.equal(size), probability, 0);
    const shape = fake.shape.map((length, axis) => (axis === 0 ? length : 1));
    const isOld = random.uniform(shape).less(chance).broadcastTo(fake.shape);

    const isOldest = Tensor.arange(size).cast("f32").equal(slot).reshape([size, 1]).broadcastTo(samples.shape);
    carry.keep("samples", Tensor.where(isOldest, fake.reshape([1, -1]).broadcastTo(samples.shape), samples));
    carry.keep("slot", Tensor.where(slot.equal(size - 1), 0, slot.add(1)));
    carry.keep("filled", filled.add(1).minimum(size));
    return { real, fake: Tensor.where(isOld, old, fake) };
  },
});
