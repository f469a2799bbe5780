import { assertKeys, count as atLeastOne, notNegative, positive } from "../../errors/checks.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { assertWhole } from "../options.ts";
import type { DataSource } from "../source.ts";

export interface SpiralOptions {
  /** How often each arm winds around the origin; 1.5 by default. */
  readonly turns?: number;
  /** Number of arms, at equal angles; 2 by default. */
  readonly arms?: number;
  /** Where the arms end; 2 by default. */
  readonly radius?: number;
  /** Standard deviation of what is added to each coordinate; 0.05 by default. */
  readonly noise?: number;
}

/**
 * Archimedean spirals: with u uniform in [0, 1) and t = sqrt(u), arm k passes through radius t at the angle
 * 2 pi (turns t + k / arms). The root spreads the samples almost evenly along the arm. Samples f32 [size, 2].
 *
 * @throws OptionError for options out of range.
 */
export function spiral(options: SpiralOptions = {}): DataSource {
  assertKeys<SpiralOptions>("spiral", options, {
    turns: positive,
    arms: atLeastOne,
    radius: positive,
    noise: notNegative,
  });
  const { turns = 1.5, arms = 2, radius = 2, noise = 0.05 } = options;
  return {
    name: "spiral",
    sampleShape: [2],
    shapes: { samples: [2] },
    prepare: () => ({
      batch: (random, size) => {
        assertWhole("spiral", "the batch size", size);
        const along = random.uniform([size]).sqrt();
        const arm = random.integers([size], arms).cast("f32").div(arms);
        const angle = along
          .mul(turns)
          .add(arm)
          .mul(2 * Math.PI);
        const distance = along.mul(radius);
        const points = Tensor.stack([distance.mul(angle.cos()), distance.mul(angle.sin())], 1);
        return { samples: points.add(random.normal([size, 2]).mul(noise)) };
      },
      dispose: () => undefined,
    }),
  };
}
