import { assertKeys, describe, list, needed, text } from "../gpu/checks.ts";
import { OptionError, ShapeError } from "../gpu/errors.ts";
import { formatShape, type Shape, sameShape } from "../graph/shape.ts";
import type { Random } from "../random.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { checkedModes } from "./modes.ts";
import { assertWhole } from "./options.ts";
import type { DataSource, ModeSet } from "./source.ts";

export interface SamplerOptions {
  readonly name?: string;
  /** Shape of one sample. */
  readonly sampleShape: Shape;
  /** Draws f32 [size, ...sampleShape] with tensor operations alone; called while a plan is built, not while it runs. */
  readonly sample: (random: Random, size: number) => Tensor;
  readonly modes?: ModeSet;
}

/**
 * Any distribution that tensor operations can draw.
 *
 * @throws OptionError for a bad shape or a sample that is no function; `batch` throws ShapeError if what it returns has
 * another shape or type.
 */
export function sampler(options: SamplerOptions): DataSource {
  assertKeys<SamplerOptions>("sampler", options, {
    name: text,
    sampleShape: needed(list),
    sample: true,
    modes: true,
  });
  const { name = "sampler", sample, modes } = options;
  if (typeof sample !== "function") {
    throw new OptionError(`${name}: sample is ${describe(sample)}; give a function (random, size) => Tensor.`);
  }
  const sampleShape = Object.freeze([...options.sampleShape]);
  sampleShape.forEach((size, axis) => {
    assertWhole(name, `axis ${axis} of sampleShape`, size);
  });
  return {
    name,
    sampleShape,
    ...(modes !== undefined && { modes: checkedModes(name, modes) }),
    prepare: () => ({
      batch: (random, size) => {
        assertWhole(name, "the batch size", size);
        const drawn = sample(random, size);
        const shape = [size, ...sampleShape];
        if (!isTensor(drawn) || drawn.dtype !== "f32" || !sameShape(drawn.shape, shape)) {
          const given = isTensor(drawn) ? `${drawn.dtype}${formatShape(drawn.shape)}` : describe(drawn);
          throw new ShapeError(`${name}: sample(random, ${size}) gave ${given} instead of f32${formatShape(shape)}.`);
        }
        return drawn;
      },
      dispose: () => undefined,
    }),
  };
}
