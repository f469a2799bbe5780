/** From this engine's layouts to those of others. Images here are [N, H, W, C], filters [O, H, W, I]. */

/** The values of an array with its axes in another order, as NumPy's `transpose`. */
export function transposed(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis] as number);
  const steps = order.map((axis) => strides[axis] as number);
  const result = new Float32Array(values.length);
  const index = sizes.map(() => 0);
  let at = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = values[at] as number;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      at += steps[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (sizes[axis] as number)) break;
      at -= (steps[axis] as number) * (sizes[axis] as number);
      index[axis] = 0;
    }
  }
  return result;
}

export function permutedShape(shape: readonly number[], order: readonly number[]): number[] {
  return order.map((axis) => shape[axis] as number);
}
