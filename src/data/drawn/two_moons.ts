import { assertKeys, notNegative, positive } from "../../errors/checks.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { assertWhole } from "../options.ts";
import type { DataSource } from "../source.ts";

export interface MoonsOptions {
  /** Radius of each half circle; 1 by default. */
  readonly radius?: number;
  /** Standard deviation of what is added to each coordinate; 0.05 by default. */
  readonly noise?: number;
}

/**
 * Two interleaved half circles, scikit-learn's `make_moons` moved to the origin, where one is the other turned by half
 * a turn: +-radius (cos a - 1/2, sin a - 1/4) with a uniform in [0, pi). Samples f32 [size, 2].
 *
 * @throws OptionError for options out of range.
 */
export function twoMoons(options: MoonsOptions = {}): DataSource {
  assertKeys<MoonsOptions>("twoMoons", options, { radius: positive, noise: notNegative });
  const { radius = 1, noise = 0.05 } = options;
  return {
    name: "twoMoons",
    sampleShape: [2],
    shapes: { samples: [2] },
    prepare: () => ({
      batch: (random, size) => {
        assertWhole("twoMoons", "the batch size", size);
        const angle = random.uniform([size]).mul(Math.PI);
        const side = random.integers([size, 1], 2).cast("f32").mul(2).sub(1);
        const moon = Tensor.stack([angle.cos().sub(0.5), angle.sin().sub(0.25)], 1);
        return { samples: moon.mul(side.mul(radius)).add(random.normal([size, 2]).mul(noise)) };
      },
      dispose: () => undefined,
    }),
  };
}
