/** `Tensor` with its methods for images. */
import "./image_methods.ts";

export { Tensor } from "../tensor/tensor.ts";
