/** `data`: where real samples come from, and a check of images before training. */
export * from "../data/drawn/all.ts";
export { type CountStrokesOptions, countStrokes } from "../data/drawn/count_strokes.ts";
export { gaussianMixture, type MixtureOptions } from "../data/drawn/mixture.ts";
export { createSource, type SourceChoice, type SourceConfig, type SourceName, sources } from "../data/drawn/sources.ts";
export type { DecodedImage, ImageDecoder, ImageSize } from "../data/formats/decode_image.ts";
export { type IdxArray, parseIdx } from "../data/formats/idx.ts";
export type { ImageFile } from "../data/formats/image_file.ts";
export { type HoldOutOptions, holdOut } from "../data/held_out.ts";
export { type AugmentOptions, augment } from "../data/images/augment.ts";
export { type Cifar10Options, cifar10 } from "../data/images/cifar10.ts";
export { type IdxImagesOptions, idxImages } from "../data/images/idx_images.ts";
export {
  folderOf,
  type ImageFileSource,
  type ImageFilesOptions,
  imageFiles,
  type SkippedFile,
} from "../data/images/image_files.ts";
export type { Residency } from "../data/images/image_tables.ts";
export {
  type ImageOptions,
  type ImageSource,
  images,
} from "../data/images/images.ts";
export {
  type ImageFinding,
  type InspectOptions,
  inspectImages,
  type RawImages,
} from "../data/images/inspect_images.ts";
export { labelled } from "../data/images/labelled.ts";
export { type StackedOptions, stacked } from "../data/images/stacked.ts";
export type { ClassOptions, LabelOptions } from "../data/labels.ts";
export { type PointsOptions, points } from "../data/points/points.ts";
export { type SamplerOptions, sampler, type TensorSamplerOptions } from "../data/sampler.ts";
export type {
  DataSource,
  LabelledBatch,
  Labels,
  ModeSet,
  Parting,
  PreparedData,
  SampleBatch,
  ShapesOf,
  TensorSource,
  Tensors,
} from "../data/source.ts";
