/** `Tensor` with its methods for images, and those that pick elements by index. */
import "./image_methods.ts";
import "./indexing.ts";

export { Tensor } from "../tensor/tensor.ts";
