import { assertKeys, assertKind, describe, flag, whole } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { formatShape } from "../../graph/shape.ts";
import type { Random } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type DataSource, type Labels, type Parting, sourceKind } from "../source.ts";

export interface AugmentOptions {
  /** Mirrors every other sample left to right, by chance; off by default. */
  readonly flip?: boolean;
  /** Moves each sample by up to so many pixels along both axes; 0 by default. */
  readonly shift?: number;
  /** What comes in where a sample was moved away: a value from -1 to 1, or the nearest pixel. -1, black, by default. */
  readonly background?: number | "edge";
}

/**
 * Images f32 [size, H, W, C] of another source, flipped and shifted at random, each sample for itself. It is drawn on the
 * GPU, as one more gather of the minibatch. The generator learns what the discriminator sees: of data that must not come
 * out mirrored, such as letters, leave `flip` off.
 *
 * @throws OptionError for a shift that is no whole number or not less than the images' sides, or another background;
 * ShapeError for samples that are no images.
 */
export function augment<Source extends DataSource>(source: Source, options: AugmentOptions): Source {
  assertKind("augment", "the data", source, sourceKind);
  assertKeys<AugmentOptions>("augment", options, { flip: flag, shift: whole, background: true });
  const { flip = false, shift = 0, background = -1 } = options;
  assertOptions(source, shift, background);
  const { withLabels, withHeldOut } = source;
  const change = (samples: Tensor, random: Random) => moved(samples, random, { flip, shift, background });
  return {
    ...source,
    prepare: (engine) => {
      const prepared = source.prepare(engine);
      const changed = (draw: typeof prepared.batch) => (random: Random, size: number) => {
        const drawn = draw(random, size);
        return { ...drawn, samples: change(drawn.samples, random) };
      };
      const { batch, heldOut } = prepared;
      return { ...prepared, batch: changed(batch), ...(heldOut && { heldOut: changed(heldOut) }) };
    },
    ...(withLabels && { withLabels: (given: Labels) => augment(withLabels(given), options) }),
    ...(withHeldOut && { withHeldOut: (parting: Parting) => augment(withHeldOut(parting), options) }),
  };
}

/** Every pixel (row, column) of a sample takes the one that the shift, and then the flip, brought there. */
function moved(samples: Tensor, random: Random, options: Required<AugmentOptions>): Tensor {
  const { flip, shift, background } = options;
  const [size = 0, height = 0, width = 0, channels = 0] = samples.shape;
  const offset = () =>
    shift === 0
      ? Tensor.scalar(0, "i32")
      : random
          .integers([size, 1, 1], 2 * shift + 1)
          .cast("i32")
          .sub(shift);
  const from = (length: number, shape: readonly number[]) =>
    Tensor.arange(length).cast("i32").reshape(shape).sub(offset());
  const row = from(height, [1, height, 1]);
  const column = from(width, [1, 1, width]);
  const [y, x] = [inside(row, height), inside(column, width)];
  const isFlipped = flip ? random.integers([size, 1, 1], 2).equal(1) : undefined;
  const mirrored = isFlipped ? Tensor.where(isFlipped, x.neg().add(width - 1), x) : x;
  const first = Tensor.arange(size)
    .cast("i32")
    .mul(height * width)
    .reshape([size, 1, 1]);
  const pixel = first.add(y.mul(width)).add(mirrored).broadcastTo([size, height, width]).cast("u32").flatten();
  const taken = samples
    .reshape([size * height * width, channels])
    .gather(pixel)
    .reshape(samples.shape);
  if (background === "edge" || shift === 0) return taken;
  const isInside = y.sub(row).abs().add(x.sub(column).abs()).equal(0).broadcastTo([size, height, width]);
  return Tensor.where(isInside.reshape([size, height, width, 1]).broadcastTo(samples.shape), taken, background);
}

/** The nearest of 0 to length - 1. */
function inside(position: Tensor, length: number): Tensor {
  return position.maximum(0).minimum(length - 1);
}

function assertOptions({ name, sampleShape }: DataSource, shift: number, background: number | "edge"): void {
  if (sampleShape.length !== 3) {
    throw new ShapeError(`augment: the samples of "${name}" are ${formatShape(sampleShape)}, not images [H, W, C].`);
  }
  const side = Math.min(...sampleShape.slice(0, 2));
  if (shift >= side) {
    throw new OptionError(
      `augment: a shift of ${shift} moves images of ${formatShape(sampleShape)} out of sight; give less than ${side}.`,
    );
  }
  if (background !== "edge" && !(typeof background === "number" && background >= -1 && background <= 1)) {
    throw new OptionError(
      `augment: background is ${describe(background)}; give "edge", or a value from -1 (black) to 1 (white).`,
    );
  }
}
