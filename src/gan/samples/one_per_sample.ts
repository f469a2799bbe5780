import type { Tensor } from "../../tensor/tensor.ts";

/** [batch, 1, ...]: the shape of one number a sample that broadcasts against `x`. */
export const onePerSample = (x: Tensor): number[] => x.shape.map((size, axis) => (axis === 0 ? size : 1));
