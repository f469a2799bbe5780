/** `saddlepoint/core`: engines, tensors and their derivatives, without operations on images (`saddlepoint/images` adds them). */
export type { GradientCheck, GradientCheckOptions, GradientMismatch } from "../autodiff/check.ts";
export type { TappedSite } from "../autodiff/gradients.ts";
export type { Explanation, KernelExplanation, PartExplanation, Traffic } from "../compile/explain.ts";
export type { FormChoices } from "../compile/form_choices.ts";
export type { Loop, LoopEntry, LoopOptions } from "../compile/loop.ts";
export type { Plan } from "../compile/plan.ts";
export type { PlanMemory } from "../compile/plan_memory.ts";
export type { State } from "../compile/state.ts";
export type { TuneMode } from "../compile/tuning.ts";
export { Controls } from "../controls.ts";
export { Engine, type EngineOptions, type PlanDescription } from "../engine.ts";
export type { AdapterSummary, DeviceSource } from "../gpu/adapter.ts";
export {
  DataError,
  DeviceLostError,
  GradientError,
  KernelError,
  NoWebGpuError,
  OptionError,
  OutOfMemoryError,
  SaddlepointError,
  ShapeError,
} from "../gpu/errors.ts";
export type { EngineStats } from "../gpu/stats.ts";
export type { ConvolutionOptions, TransposedConvolutionOptions } from "../graph/convolution.ts";
export type { NestedArray, Numbers } from "../graph/elements.ts";
export type { FirOptions } from "../graph/fir_filter.ts";
export type { PoolOptions } from "../graph/pooling.ts";
export type { DType, Shape, TypedArray } from "../graph/shape.ts";
export type { Padding, Pair } from "../graph/window.ts";
export { Random } from "../random.ts";
export { Tensor } from "../tensor.ts";
export {
  checkGradients,
  checkpoint,
  countElements,
  type GradOptions,
  grad,
  hessianVectorProduct,
  type TensorTree,
  valueAndGrad,
  vjp,
} from "../transforms.ts";
