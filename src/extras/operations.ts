/**
 * `saddlepoint/operations`: gives tensors what few pages need. It pads them by their own elements, picks elements by index,
 * sums and orders them along an axis, convolves lines, and resizes images and samples them along a grid.
 */
import { moreOperations } from "../graph/composites/more_operations.ts";
import { extraOperations } from "../tensor/more_methods.ts";

extraOperations.part = moreOperations;
