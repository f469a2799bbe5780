/** Gives tensors their methods for images: convolution, pooling, resampling. */
import { imageOperations } from "../graph/image_operations.ts";
import { extraImageOperations } from "../tensor.ts";

extraImageOperations.part = imageOperations;
