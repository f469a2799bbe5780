import { at } from "../../errors/at.ts";
import { assertKind, numbers } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import { assertShape, formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";

/**
 * The same numbers in samples of another shape: `reshape([4, 4, 512])` makes images of vectors. One size may be -1: it is
 * what the others leave.
 */
export function reshape(shape: Shape): Layer {
  assertKind("reshape", "the shape", shape, numbers);
  const sizes = Array.from(shape);
  assertShape(
    "reshape",
    sizes.map((size) => (size === -1 ? 1 : size)),
  );
  return made(
    reshaping("reshape", (input) => filledIn(sizes, input)),
    "reshape",
    shape,
  );
}

/** Samples of any shape as vectors. */
export function flatten(): Layer {
  return made(
    reshaping("flatten", (input) => [sizeOf(input)]),
    "flatten",
  );
}

/** A reshape has no site of its own: its values are those of the layer before. */
function reshaping(kind: string, outputShape: (input: Shape) => Shape): Layer {
  return {
    kind,
    outputShape,
    parameters: () => ({}),
    apply: (_, x) => x.reshape([at(x.shape, 0), ...outputShape(x.shape.slice(1))]),
  };
}

function filledIn(shape: Shape, input: Shape): Shape {
  const known = shape.filter((size) => size !== -1);
  const unknown = shape.length - known.length;
  const rest = sizeOf(input) / sizeOf(known);
  if (unknown > 1 || !Number.isInteger(rest) || (unknown === 0 && rest !== 1)) {
    throw new ShapeError(
      `reshape: samples ${formatShape(input)} of ${sizeOf(input)} numbers don't fill ${formatShape(shape)}; give a shape ` +
        "of as many numbers, with at most one size of -1.",
    );
  }
  return shape.map((size) => (size === -1 ? rest : size));
}
