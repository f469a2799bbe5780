import { at } from "../errors/at.ts";
import { didYouMean } from "../errors/checks.ts";
import { OptionError, ShapeError } from "../errors/errors.ts";
import { formatShape, type Shape, sameShape } from "../graph/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ApplyContext } from "./layer.ts";

/** What a layer wants in its context besides the tensor that it is given. */
export interface SideInput {
  readonly name: string;
  /** With the batch axis. */
  readonly shape: Shape;
  readonly dtype: "f32" | "u32";
}

/**
 * A side input of a layer.
 *
 * @throws OptionError for one that was not given; ShapeError for one of another shape or type.
 */
export function sideInput({ inputs, scope }: ApplyContext, kind: string, { name, shape, dtype }: SideInput): Tensor {
  const wanted = `${dtype}${formatShape(shape)}`;
  const given = inputs[name];
  if (given?.dtype === dtype && sameShape(given.shape, shape)) return given;
  if (given) {
    throw new ShapeError(
      `${scope}/${kind}: the input "${name}" is ${given.dtype}${formatShape(given.shape)}, and must be ${wanted}.`,
    );
  }
  const names = Object.keys(inputs);
  const known = names.length === 0 ? "none was given." : `there is ${names.join(", ")}.${didYouMean(name, names)}`;
  throw new OptionError(
    `${scope}/${kind}: it wants the side input "${name}", ${wanted}, and ${known} Give it: ` +
      `network.apply(parameters, x, { inputs: { ${name}: ... } }).`,
  );
}

/** A label a sample. */
export const labelsFor = (x: Tensor, name: string): SideInput => ({
  name,
  shape: [at(x.shape, 0)],
  dtype: "u32",
});
