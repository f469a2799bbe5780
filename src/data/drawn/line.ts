import { assertKeys, notNegative } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { assertPoint, assertWhole } from "../options.ts";
import type { DataSource } from "../source.ts";

export interface LineOptions {
  /** One end; [-1, -1] by default. */
  readonly from?: readonly [number, number];
  /** The other end; [1, 1] by default. */
  readonly to?: readonly [number, number];
  /** Standard deviation of what is added to each coordinate; 0.05 by default. */
  readonly noise?: number;
}

/**
 * Uniform along a segment. Without noise its density is concentrated on a set of measure zero, where a discriminator can
 * be perfect and its gradient useless (Arjovsky and Bottou 2017). Samples f32 [size, 2].
 *
 * @throws OptionError for options out of range, or two equal ends.
 */
export function line(options: LineOptions = {}): DataSource {
  assertKeys<LineOptions>("line", options, { from: true, to: true, noise: notNegative });
  const { from = [-1, -1], to = [1, 1], noise = 0.05 } = options;
  assertPoint("line", "from", from, 2);
  assertPoint("line", "to", to, 2);
  if (from[0] === to[0] && from[1] === to[1]) {
    throw new OptionError(`line: both ends are [${from.join(", ")}]; give two different points.`);
  }
  return {
    name: "line",
    sampleShape: [2],
    shapes: { samples: [2] },
    prepare: (engine) => {
      const start = engine.tensor(from);
      const direction = engine.tensor([to[0] - from[0], to[1] - from[1]]);
      return {
        batch: (random, size) => {
          assertWhole("line", "the batch size", size);
          const point = random.uniform([size, 1]).mul(direction).add(start);
          return { samples: point.add(random.normal([size, 2]).mul(noise)) };
        },
        dispose: () => undefined,
      };
    },
  };
}
