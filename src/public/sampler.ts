/** `saddlepoint/sampler`: samples of a saved generator, in a page that has neither engines nor layers. */
export {
  DataError,
  DeviceLostError,
  KernelError,
  NoWebGpuError,
  OptionError,
  OutOfMemoryError,
  SaddlepointError,
} from "../errors/errors.ts";
export type { GeneratorCard } from "../gan/generator/generator_file.ts";
export { type LoadSamplerOptions, loadSampler } from "../gan/generator/load_sampler.ts";
export type { DrawOptions, LabelOptions, Sampler } from "../gan/generator/sampler.ts";
export type { DeviceSource } from "../gpu/adapter.ts";
