import { DataError } from "../../errors/errors.ts";
import { concatenated } from "../../io/bytes.ts";
import type { SafeTensor } from "../../io/safetensors/read.ts";
import { jsonOf, openSealed, type SealedTensor, sealedFile } from "../../io/safetensors/sealed.ts";
import { dtypeOf, type TensorToWrite } from "../../io/safetensors/write.ts";

/** A generator alone: what draws its samples in another page, without a trainer. */
export interface GeneratorParts {
  readonly about: GeneratorCard;
  /** f32, by their paths in the network. */
  readonly parameters: ReadonlyMap<string, SavedArray>;
  /** f32: what its layers keep, such as running statistics. */
  readonly buffers: ReadonlyMap<string, SavedArray>;
  /** Of each number of a sample: in the data's own units it is the network's times `factor` plus `offset`. */
  readonly scale?: { readonly factor: Float32Array; readonly offset: Float32Array };
  /** What stands in the file besides, by names that are not those of its numbers; see `tensorsOfKernels`. */
  readonly others?: ReadonlyMap<string, TensorToWrite>;
}

export interface SavedArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What a file says of a generator. */
export interface GeneratorCard {
  /** See `architectureOf`; none of a network with layers of a user's own. */
  readonly architecture?: unknown;
  /** Of one latent vector, whose numbers are standard normal. */
  readonly latentShape: readonly number[];
  readonly sampleShape: readonly number[];
  /** How many classes its label is one of; none of a generator that takes no label. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
  /** Samples are drawn in runs of so many; all at once where it is left out. */
  readonly batchSize?: number;
  /** Turns of the game that it was trained for. */
  readonly step: number;
  readonly libraryVersion: string;
}

const generatorFormat = { name: "saddlepoint-generator", version: 1, noun: "generator" };

/** What the numbers of a generator are called in its file. */
export const tensorNames = {
  parameter: (path: string) => `parameters/${path}`,
  buffer: (path: string) => `buffers/${path}`,
  factor: "scale/factor",
  offset: "scale/offset",
} as const;

/** As a safetensors file; the tensors are under `parameters/PATH` and `buffers/PATH`. */
export async function writeGenerator(parts: GeneratorParts): Promise<Uint8Array<ArrayBuffer>> {
  const { about, parameters, buffers, scale, others = new Map() } = parts;
  const arrays = new Map<string, TensorToWrite>(others);
  for (const [path, array] of parameters) arrays.set(tensorNames.parameter(path), array);
  for (const [path, array] of buffers) arrays.set(tensorNames.buffer(path), array);
  for (const part of ["factor", "offset"] as const) {
    if (scale) arrays.set(tensorNames[part], { shape: [scale[part].length], values: scale[part] });
  }
  const texts = { library_version: about.libraryVersion, generator: JSON.stringify(about) };
  const tensors = new Map([...arrays].map(([name, array]) => [name, sealedTensor(array)]));
  return concatenated((await sealedFile(generatorFormat, texts, tensors)).pieces);
}

function sealedTensor({ shape, values }: TensorToWrite): SealedTensor {
  const { buffer, byteOffset, byteLength } = values;
  return { dtype: dtypeOf(values), shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

/** What a file is opened as: what it says of the generator, and its tensors by name. */
export interface OpenedGenerator {
  readonly about: GeneratorCard;
  readonly tensors: ReadonlyMap<string, SafeTensor>;
}

/** @throws DataError for what is no such file, is damaged in any byte, or comes from a later version of the library. */
export async function openGenerator(file: ArrayBuffer | Uint8Array): Promise<OpenedGenerator> {
  const opened = await openSealed(generatorFormat, file);
  const about = jsonOf(generatorFormat, opened, "generator");
  if (!isCard(about)) throw new DataError("generator: the file does not say what the generator takes and makes.");
  return { about, tensors: opened.tensors };
}

/** The numbers of a tensor. @throws DataError where they are not f32. */
export function floatsOf(name: string, { dtype, values }: SafeTensor): Float32Array {
  const numbers = dtype === "F32" ? values() : undefined;
  if (numbers instanceof Float32Array) return numbers;
  throw new DataError(`generator: "${name}" is ${dtype} in the place of F32.`);
}

/** @throws DataError as `openGenerator`, and for numbers that are not f32. */
export async function readGenerator(file: ArrayBuffer | Uint8Array): Promise<GeneratorParts> {
  const { about, tensors } = await openGenerator(file);
  const under = (nameOf: (path: string) => string): ReadonlyMap<string, SavedArray> => {
    const prefix = nameOf("");
    const named = [...tensors].filter(([name]) => name.startsWith(prefix));
    return new Map(
      named.map(([name, tensor]) => [
        name.slice(prefix.length),
        { shape: tensor.shape, values: floatsOf(name, tensor) },
      ]),
    );
  };
  const [factor, offset] = [tensors.get(tensorNames.factor), tensors.get(tensorNames.offset)];
  return {
    about,
    parameters: under(tensorNames.parameter),
    buffers: under(tensorNames.buffer),
    ...(factor &&
      offset && {
        scale: { factor: floatsOf(tensorNames.factor, factor), offset: floatsOf(tensorNames.offset, offset) },
      }),
  };
}

function isCard(value: unknown): value is GeneratorCard {
  const { latentShape, sampleShape, classes, batchSize }: Readonly<Record<string, unknown>> = Object(value);
  const isSize = (size: unknown) => Number.isSafeInteger(size) && Number(size) > 0;
  const isShape = (shape: unknown) => Array.isArray(shape) && shape.every(isSize);
  return (
    isShape(latentShape) && isShape(sampleShape) && [classes, batchSize].every((n) => n === undefined || isSize(n))
  );
}
