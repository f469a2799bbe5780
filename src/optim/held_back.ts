import { Tensor } from "../tensor/tensor.ts";

/**
 * What is not finite never becomes part of what lasts: an element whose new value is infinite or NaN keeps its old one. Where
 * several vectors move together, as parameters and their moments do, an element of all of them stays where one would break.
 * It costs a comparison of bits, and changes no bit of a step that is finite.
 */
export function whereNonFinite([first, ...others]: readonly [Tensor, ...Tensor[]]): Tensor {
  const largest = others.reduce((bits, value) => bits.maximum(value.exponentBits()), first.exponentBits());
  return largest.equal(255);
}

export const heldBack = (before: Tensor, after: Tensor): Tensor =>
  after.dtype === "f32" ? Tensor.where(whereNonFinite([after]), before, after) : after;
