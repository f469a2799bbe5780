import { castPrimitives } from "./cast.ts";
import { checkpointPrimitives } from "./checkpoint.ts";
import { conv2dPrimitives } from "./conv2d.ts";
import { arithmeticPrimitives } from "./elementwise_arithmetic.ts";
import { bitPrimitives } from "./elementwise_bits.ts";
import { choicePrimitives } from "./elementwise_choice.ts";
import { functionPrimitives } from "./elementwise_functions.ts";
import { firPrimitives } from "./fir.ts";
import { gatherScatterPrimitives } from "./gather_scatter.ts";
import { leafPrimitives } from "./leaf.ts";
import { matmulPrimitives } from "./matmul.ts";
import { randomPrimitives } from "./random.ts";
import { reducePrimitives } from "./reduce.ts";
import { segmentPrimitives } from "./segments.ts";
import { shapeMovementPrimitives } from "./shape_movement.ts";
import { slicePadPrimitives } from "./slice_pad.ts";
import { sumBroadcastPrimitives } from "./sum_broadcast.ts";

/**
 * Every primitive there is. The tests map over its names: a float64 reference and test cases for each one, or they do
 * not compile.
 */
export const primitives = {
  ...leafPrimitives,
  ...arithmeticPrimitives,
  ...functionPrimitives,
  ...choicePrimitives,
  ...bitPrimitives,
  ...castPrimitives,
  ...sumBroadcastPrimitives,
  ...shapeMovementPrimitives,
  ...slicePadPrimitives,
  ...reducePrimitives,
  ...matmulPrimitives,
  ...conv2dPrimitives,
  ...firPrimitives,
  ...gatherScatterPrimitives,
  ...segmentPrimitives,
  ...randomPrimitives,
  ...checkpointPrimitives,
} as const;

export type PrimitiveName = keyof typeof primitives;
