/**
 * Saddlepoint: train GANs on WebGPU, and see why they fail.
 *
 * `Engine` is a GPU, `Tensor` a value on it, `grad` and its kin differentiate functions of tensors any number of times.
 * On top stand networks (`nn`), optimisers (`optim`), data (`data`), GAN training (`gan`), probes in the backward pass
 * (`probes`), sample metrics (`metrics`) and pictures of samples (`io`).
 */
// With what the core goes without.

export { Tensor } from "./extras/tensor.ts";
export * from "./public/core.ts";
export * as data from "./public/data.ts";
export { Engine } from "./public/extras/engine.ts";
export * as gan from "./public/gan.ts";
export * as io from "./public/io.ts";
export * as metrics from "./public/metrics.ts";
export * as nn from "./public/nn.ts";
export * as optim from "./public/optim.ts";
export * as probes from "./public/probes.ts";
