/** `saddlepoint/files`: numbers in files that other programs read and write. */
export type { ElementType } from "../io/numbers/element_types.ts";
export { type NumpyArray, type NumpyArrayToWrite, readNpy, writeNpy } from "../io/numpy/npy.ts";
export { readNpz, writeNpz } from "../io/numpy/npz.ts";
export { readSafetensors, type SafeTensor, type SafetensorsFile } from "../io/safetensors/read.ts";
export { type TensorToWrite, writeSafetensors } from "../io/safetensors/write.ts";
export {
  type EventHistogram,
  type EventImageSize,
  type EventTime,
  eventFileHeader,
  histogramEvent,
  imageEvent,
  scalarEvent,
} from "../io/tensorboard/events.ts";
