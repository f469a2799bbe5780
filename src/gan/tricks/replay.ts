import { at } from "../../errors/at.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { onePerSample } from "../samples/one_per_sample.ts";
import { defineTrick } from "./trick.ts";

/**
 * Replay of generated samples (SimGAN, Shrivastava et al. 2017, section 2.3): the last `size` batches of generated samples
 * are remembered, and in a step of the discriminator each new sample gives its place to an old one by chance, so that D does
 * not forget what the generator did. It begins once the memory is full; every step replaces its oldest batch. A sample is
 * remembered with the label that it was generated for.
 */
export const replayTrick = defineTrick({
  name: "replay",
  options: {
    /** Batches that are remembered. A whole number from 1 to 256, default 8. */
    size: { default: 8, low: 1, high: 256, whole: true },
    /** Probability that a generated sample is replaced by an old one. From 0 to 1, default 0.5. */
    probability: { default: 0.5, low: 0, high: 1 },
  },
  batches: ({ real, fake, labels }, { options: { size, probability }, random, carry }) => {
    const batch = at(fake.shape, 0);
    const [slot, filled] = [carry.read("slot"), carry.read("filled")];
    const chosen = random.integers([batch], size * batch);
    const chance = Tensor.where(filled.equal(size), probability, 0);
    const isOld = random.uniform(onePerSample(fake)).less(chance);
    const isOldest = Tensor.arange(size).cast("f32").equal(slot).reshape([size, 1]);

    /** Remembers f32 [batch, ...], and gives old rows in the place of those that are due. */
    const replayed = (name: string, now: Tensor): Tensor => {
      const rows = carry.read(name, [size, now.size]);
      const old = rows
        .reshape([size * batch, -1])
        .gather(chosen)
        .reshape(now.shape);
      const isReplaced = isOldest.broadcastTo(rows.shape);
      carry.keep(name, Tensor.where(isReplaced, now.reshape([1, -1]).broadcastTo(rows.shape), rows));
      return Tensor.where(isOld.reshape(onePerSample(now)).broadcastTo(now.shape), old, now);
    };
    const shown = {
      real,
      fake: replayed("samples", fake),
      ...(labels && { labels: { ...labels, fake: replayed("labels", labels.fake.cast("f32")).cast("u32") } }),
    };
    carry.keep("slot", Tensor.where(slot.equal(size - 1), 0, slot.add(1)));
    carry.keep("filled", filled.add(1).minimum(size));
    return shown;
  },
});
