/** `saddlepoint/onnx`: networks as ONNX files, and back as functions of tensors. */
export { exportOnnx, type OnnxOptions } from "../io/onnx/export.ts";
