import type { Node } from "../node.ts";
import { anyType, apply, elementwise, type Unary } from "./elementwise.ts";

/** A value as it is: its copy, and what the bits of an f32 say. */

/** The same value, stored anew: the compiler uses it where a value must have a place of its own. */
export const copyPrimitive = elementwise<Unary>("copy", {
  cost: 0,
  onVectors: true,
  accepts: anyType,
  wgsl: (x) => x,
  vjp: ({ dy }) => [dy],
});

/** Whether an f32 is NaN, told by its bits: compilers may assume that a comparison never meets one. */
const isNanPrimitive = elementwise<Unary>("isNan", {
  cost: 2,
  onVectors: true,
  result: "bool",
  wgsl: (x) => `is_nan(${x})`,
  emit: ([x], _, isFour) => (isFour ? `are_nan(${x})` : undefined),
  vjp: () => [null],
});

/**
 * The eight exponent bits of an f32: 0 for zero and denormals, 127 for 1 to 2, 255 for infinity and NaN. Compilers may
 * assume NaN away, but not the bits of a value that was loaded.
 */
const exponentBitsPrimitive = elementwise<Unary>("exponentBits", {
  cost: 2,
  onVectors: true,
  result: "u32",
  wgsl: (x) => `((bitcast<u32>(${x}) >> 23u) & 0xffu)`,
  emit: ([x], _, isFour) => (isFour ? `((bitcast<vec4u>(${x}) >> vec4u(23u)) & vec4u(0xffu))` : undefined),
  vjp: () => [null],
});

export const copy = (x: Node): Node => apply(copyPrimitive, x);
export const isNan = (x: Node): Node => apply(isNanPrimitive, x);
export const exponentBits = (x: Node): Node => apply(exponentBitsPrimitive, x);

export const bitPrimitives = {
  copy: copyPrimitive,
  isNan: isNanPrimitive,
  exponentBits: exponentBitsPrimitive,
} as const;
