import { DataError } from "../../errors/errors.ts";
import { concatenated } from "../../io/bytes.ts";
import { jsonOf, openSealed, type SealedTensor, sealedFile } from "../../io/safetensors/sealed.ts";

/** A generator alone: what draws its samples in another page, without a trainer. */
export interface GeneratorParts {
  readonly about: GeneratorCard;
  /** f32, by their paths in the network. */
  readonly parameters: ReadonlyMap<string, SavedArray>;
  /** f32: what its layers keep, such as running statistics. */
  readonly buffers: ReadonlyMap<string, SavedArray>;
  /** Of each number of a sample: in the data's own units it is the network's times `factor` plus `offset`. */
  readonly scale?: { readonly factor: Float32Array; readonly offset: Float32Array };
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
  /** Turns of the game that it was trained for. */
  readonly step: number;
  readonly libraryVersion: string;
}

const generatorFormat = { name: "saddlepoint-generator", version: 1, noun: "generator" };
const prefixes = { parameters: "parameters/", buffers: "buffers/" } as const;
const scaleNames = { factor: "scale/factor", offset: "scale/offset" } as const;

/** As a safetensors file; the tensors are under `parameters/PATH` and `buffers/PATH`. */
export async function writeGenerator({ about, scale, ...arrays }: GeneratorParts): Promise<Uint8Array<ArrayBuffer>> {
  const tensors = new Map<string, SealedTensor>();
  const add = (name: string, { shape, values }: SavedArray) =>
    tensors.set(name, {
      dtype: "F32",
      shape,
      bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    });
  for (const kind of ["parameters", "buffers"] as const) {
    for (const [path, array] of arrays[kind]) add(prefixes[kind] + path, array);
  }
  if (scale) {
    for (const part of ["factor", "offset"] as const) {
      add(scaleNames[part], { shape: [scale[part].length], values: scale[part] });
    }
  }
  const texts = { library_version: about.libraryVersion, generator: JSON.stringify(about) };
  return concatenated((await sealedFile(generatorFormat, texts, tensors)).pieces);
}

/** @throws DataError for what is no such file, is damaged in any byte, or comes from a later version of the library. */
export async function readGenerator(file: ArrayBuffer | Uint8Array): Promise<GeneratorParts> {
  const opened = await openSealed(generatorFormat, file);
  const about = jsonOf(generatorFormat, opened, "generator");
  if (!isCard(about)) throw new DataError("generator: the file does not say what the generator takes and makes.");
  const floats = new Map(
    [...opened.tensors].map(([name, { dtype, shape, values }]) => {
      const numbers = dtype === "F32" ? values() : undefined;
      if (!(numbers instanceof Float32Array))
        throw new DataError(`generator: "${name}" is ${dtype} in the place of F32.`);
      return [name, { shape, values: numbers }] as const;
    }),
  );
  const under = (prefix: string) =>
    new Map(
      [...floats].flatMap(([name, array]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : [],
      ),
    );
  const [factor, offset] = [floats.get(scaleNames.factor)?.values, floats.get(scaleNames.offset)?.values];
  return {
    about,
    parameters: under(prefixes.parameters),
    buffers: under(prefixes.buffers),
    ...(factor && offset && { scale: { factor, offset } }),
  };
}

function isCard(value: unknown): value is GeneratorCard {
  const { latentShape, sampleShape, classes }: Readonly<Record<string, unknown>> = Object(value);
  const isSize = (size: unknown) => Number.isSafeInteger(size) && Number(size) > 0;
  const isShape = (shape: unknown) => Array.isArray(shape) && shape.every(isSize);
  return isShape(latentShape) && isShape(sampleShape) && (classes === undefined || isSize(classes));
}
