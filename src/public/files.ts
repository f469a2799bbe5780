/** `saddlepoint/files`: numbers in files that other programs read and write, and samples from such files. */
export { type ImagesOfFile, type ReadImagesOptions, readImages } from "../data/tables/read_images.ts";
export { type PointsOfFile, type ReadPointsOptions, readPoints } from "../data/tables/read_points.ts";
export type { ColumnChoice } from "../data/tables/table.ts";
export type { ElementType } from "../io/numbers/element_types.ts";
export { type NumpyArray, type NumpyArrayToWrite, readNpy, writeNpy } from "../io/numpy/npy.ts";
export { readNpz, writeNpz } from "../io/numpy/npz.ts";
export { readSafetensors, type SafeTensor, type SafetensorsFile } from "../io/safetensors/read.ts";
export { type TensorToWrite, writeSafetensors } from "../io/safetensors/write.ts";
export { telemetryCsv } from "../io/telemetry/csv.ts";
export { type TelemetryEventOptions, telemetryEvents } from "../io/telemetry/events.ts";
export { telemetryJsonLines } from "../io/telemetry/json_lines.ts";
export type { Telemetry, TelemetryFileOptions } from "../io/telemetry/source.ts";
export {
  type EventHistogram,
  type EventImageSize,
  type EventTime,
  eventFileHeader,
  histogramEvent,
  imageEvent,
  scalarEvent,
  sessionStartEvent,
} from "../io/tensorboard/events.ts";
export {
  type ImportedWeights,
  type ImportOptions,
  importWeights,
  type NamedSource,
  type WeightMap,
  type WeightSource,
} from "../io/weights/import_weights.ts";
export type { ChannelsFirst } from "../io/weights/layouts.ts";
export type { Weights } from "../io/weights/weights.ts";
