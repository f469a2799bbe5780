/** Gives tensors their methods for images: convolution, pooling, resampling. */
import { imageOperations } from "../graph/composites/image_operations.ts";
import { extraImageOperations } from "../tensor/image_methods.ts";

extraImageOperations.part = imageOperations;
