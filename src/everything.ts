/** All entries in one, for pages without a bundler: an import map leads each of them here. */
import "./extras/operations.ts";

export * from "./index.ts";
export * from "./public/experiments.ts";
export * from "./public/extras/checkpoints.ts";
export * from "./public/extras/steward.ts";
export * from "./public/files.ts";
export * from "./public/generator.ts";
export * from "./public/onnx.ts";
export * from "./public/sampler.ts";
