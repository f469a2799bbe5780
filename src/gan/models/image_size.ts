import { describe, isList, type Kind } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";

/** Pixels along both sides of an image, or [height, width]. */
export type ImageSize = number | readonly [height: number, width: number];

/** Height and width of an image or of a feature map, in pixels. */
export type Sides = readonly [height: number, width: number];

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0;

export const imageSizeKind: Kind = {
  says: "a whole number of at least 1, or two of them for height and width",
  is: (value) => (isList(value) ? value.length === 2 && Array.from(value).every(isCount) : isCount(value)),
};

export const sidesOf = (size: ImageSize): Sides => (typeof size === "number" ? [size, size] : [size[0], size[1]]);

/** The sides, in pixels, for which convolutional models are made. */
const least = 16;
const most = 256;

export const isInRange: (sides: Sides) => boolean = (sides) => sides.every((side) => side >= least && side <= most);

/** @throws OptionError for a size that a model can't have, which names the nearest ones that it can. */
export function assertSize(model: string, size: ImageSize, fits: (sides: Sides) => boolean): void {
  const sides = sidesOf(size);
  if (fits(sides)) return;
  const isSquare = typeof size === "number";
  const distance = ([height, width]: Sides) => Math.abs(height - sides[0]) + Math.abs(width - sides[1]);
  const known = candidates(isSquare).filter(fits);
  const [first, second] = known.sort((a, b) => distance(a) - distance(b));
  const near = [first, second].filter((near) => near !== undefined);
  const text = near.map(([height, width]) => (isSquare ? `${height}` : `[${height}, ${width}]`)).join(" and ");
  throw new OptionError(
    `${model}: imageSize is ${describe(size)}, for which there are no such networks; the nearest sizes are ${text}: ` +
      "resize the images.",
  );
}

function candidates(isSquare: boolean): Sides[] {
  const sides = Array.from({ length: most - least + 1 }, (_, i) => least + i);
  return isSquare
    ? sides.map((side) => [side, side])
    : sides.flatMap((height) => sides.map((width): Sides => [height, width]));
}
