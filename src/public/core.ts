/** `saddlepoint/core`: engines, tensors and their derivatives, without operations on images (`saddlepoint/images` adds them). */
export type { GradientCheck, GradientCheckOptions, GradientMismatch } from "../autodiff/check.ts";
export type { TappedSite } from "../autodiff/gradients.ts";
export type { FormChoices } from "../compile/gemm/form_choices.ts";
export type { Explanation, KernelExplanation, PartExplanation, Traffic } from "../compile/plan/explain.ts";
export type { Loop, LoopEntry, LoopOptions } from "../compile/plan/loop.ts";
export type { Plan } from "../compile/plan/plan.ts";
export type { PlanMemory } from "../compile/plan/plan_memory.ts";
export type { TuneMode } from "../compile/plan/tuning.ts";
export type { State } from "../compile/state.ts";
export { Controls } from "../engine/controls.ts";
export { Engine } from "../engine/engine.ts";
export type { EngineOptions } from "../engine/engine_options.ts";
export type { PlanDescription } from "../engine/plan_description.ts";
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
} from "../errors/errors.ts";
export type { AdapterSummary, DeviceSource } from "../gpu/adapter.ts";
export type { EngineStats } from "../gpu/stats.ts";
export type { ConvolutionOptions, TransposedConvolutionOptions } from "../graph/composites/convolution.ts";
export type { LineConvolutionOptions, LinePadding } from "../graph/composites/convolution_1d.ts";
export type { FirOptions } from "../graph/composites/fir_filter.ts";
export type { GridPadding, GridSampleOptions } from "../graph/composites/grid_sample.ts";
export type { PadMode } from "../graph/composites/padding.ts";
export type { PoolOptions } from "../graph/composites/pooling.ts";
export type { ResizeMethod, ResizeOptions } from "../graph/composites/resize.ts";
export type { Padding, Pair } from "../graph/composites/window.ts";
export type { NestedArray, Numbers } from "../graph/elements.ts";
export type { DType, Shape, TypedArray } from "../graph/shape.ts";
export type { TopK } from "../tensor/more_methods.ts";
export { Random } from "../tensor/random.ts";
export { Tensor } from "../tensor/tensor.ts";
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
} from "../tensor/transforms.ts";
