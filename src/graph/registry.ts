import { castPrimitives } from "./primitives/cast.ts";
import { checkpointPrimitives } from "./primitives/checkpoint.ts";
import { conv2dPrimitives } from "./primitives/conv2d.ts";
import { elementwisePrimitives } from "./primitives/elementwise.ts";
import { firPrimitives } from "./primitives/fir.ts";
import { gatherScatterPrimitives } from "./primitives/gather_scatter.ts";
import { leafPrimitives } from "./primitives/leaf.ts";
import { matmulPrimitives } from "./primitives/matmul.ts";
import { randomPrimitives } from "./primitives/random.ts";
import { reducePrimitives } from "./primitives/reduce.ts";
import { shapeMovementPrimitives } from "./primitives/shape_movement.ts";
import { slicePadPrimitives } from "./primitives/slice_pad.ts";
import { sumBroadcastPrimitives } from "./primitives/sum_broadcast.ts";

/**
 * Every primitive there is. The tests map over its names: a float64 reference and test cases for each one, or they do
 * not compile.
 */
export const primitives = {
  ...leafPrimitives,
  ...elementwisePrimitives,
  ...castPrimitives,
  ...sumBroadcastPrimitives,
  ...shapeMovementPrimitives,
  ...slicePadPrimitives,
  ...reducePrimitives,
  ...matmulPrimitives,
  ...conv2dPrimitives,
  ...firPrimitives,
  ...gatherScatterPrimitives,
  ...randomPrimitives,
  ...checkpointPrimitives,
} as const;

export type PrimitiveName = keyof typeof primitives;
