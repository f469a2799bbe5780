import type { DType } from "./shape.ts";

/**
 * Numbers of constants as the GPU computes them: f32 is rounded, integers wrap around. WGSL refuses constant expressions
 * that overflow or are undefined, so none is left to it.
 */
export function inType(dtype: DType, value: number): number {
  if (dtype === "f32") return Math.fround(value);
  return dtype === "i32" ? value | 0 : value >>> 0;
}

export const multiply = (dtype: DType, a: number, b: number): number =>
  inType(dtype, dtype === "f32" ? a * b : Math.imul(a, b));

export const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
