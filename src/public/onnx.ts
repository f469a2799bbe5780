/** `saddlepoint/onnx`: networks as ONNX files, and such files as functions of tensors. */
export { exportOnnx, type OnnxOptions } from "../io/onnx/export.ts";
export type { OnnxPort, OnnxType } from "../io/onnx/file/model.ts";
export { importOnnx, type OnnxNetwork } from "../io/onnx/import.ts";
