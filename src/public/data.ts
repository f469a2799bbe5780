/** `data`: where real samples come from, and a check of images before training. */
export * from "../data/all.ts";
export { type AugmentOptions, augment } from "../data/augment.ts";
export { type Cifar10Options, cifar10 } from "../data/cifar10.ts";
export { type CountStrokesOptions, countStrokes } from "../data/count_strokes.ts";
export type { DecodedImage, ImageDecoder, ImageSize } from "../data/decode_image.ts";
export { type IdxArray, parseIdx } from "../data/idx.ts";
export { type IdxImagesOptions, idxImages } from "../data/idx_images.ts";
export type { ImageFile } from "../data/image_file.ts";
export {
  folderOf,
  type ImageFileSource,
  type ImageFilesOptions,
  imageFiles,
  type SkippedFile,
} from "../data/image_files.ts";
export type { Residency } from "../data/image_tables.ts";
export {
  type ImageOptions,
  type ImageSource,
  images,
} from "../data/images.ts";
export { type ImageFinding, type InspectOptions, inspectImages, type RawImages } from "../data/inspect_images.ts";
export { labelled } from "../data/labelled.ts";
export type { ClassOptions, LabelOptions } from "../data/labels.ts";
export { gaussianMixture, type MixtureOptions } from "../data/mixture.ts";
export { type PointsOptions, points } from "../data/points.ts";
export { type SamplerOptions, sampler, type TensorSamplerOptions } from "../data/sampler.ts";
export type {
  DataSource,
  LabelledBatch,
  Labels,
  ModeSet,
  PreparedData,
  SampleBatch,
  ShapesOf,
  TensorSource,
  Tensors,
} from "../data/source.ts";
export { createSource, type SourceChoice, type SourceConfig, type SourceName, sources } from "../data/sources.ts";
export { type StackedOptions, stacked } from "../data/stacked.ts";
