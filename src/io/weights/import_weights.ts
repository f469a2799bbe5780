import {
  assertKeys,
  assertKind,
  callback,
  describe,
  type Kind,
  list,
  needed,
  object,
  shape as sizes,
  text,
  unknownName,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import { networkKind } from "../../nn/checks.ts";
import type { ParameterSpec } from "../../nn/layer.ts";
import type { Network } from "../../nn/network/network.ts";
import { readSafetensors, type SafetensorsFile } from "../safetensors/read.ts";
import { type Layout, lettersOf, turned } from "./layouts.ts";
import { type CheckedWeights, parameterSpecs, type Weights } from "./weights.ts";

/** Where an array of a network comes from: a name in the file, one with its layout, or numbers of your own. */
export type WeightSource = string | NamedSource | Float32Array;

export interface NamedSource extends Layout {
  /** The tensor's name in the file. */
  readonly from: string;
}

/** By the paths of the network's parameters and buffers: a record, or a function of the path and the shape there. */
export type WeightMap =
  | Readonly<Record<string, WeightSource>>
  | ((path: string, shape: Shape) => WeightSource | undefined);

export interface ImportOptions {
  /** Tensors of the file that nothing takes, and that may be left over. Counters of batches always may. Default: none. */
  readonly ignore?: readonly string[];
}

/** What is read of a file: for `exportOnnx`, `generatorFile` and `withWeights`. */
export interface ImportedWeights extends Weights, CheckedWeights {
  readonly network: Network;
  readonly parameters: Readonly<Record<string, Float32Array>>;
  readonly buffers: Readonly<Record<string, Float32Array>>;
}

const where = "importWeights";
/** PyTorch's batch norm counts its batches; nothing is computed with that. */
const counter = /(?:^|\.)num_batches_tracked$/;

/**
 * The weights of another framework, from a file of safetensors: what each parameter and buffer of a network is called there, and
 * in which order its axes lie. Those of PyTorch are "OIHW" for `conv2d`, "IOHW" for `convTranspose2d`, and "OI" for `linear`.
 *
 *   const weights = importWeights(file, generator, {
 *     "0/weight": { from: "conv1.weight", layout: "OIHW" },
 *     "0/bias": "conv1.bias",
 *   });
 *
 * @throws DataError for what is no such file; OptionError for a name that is missing on either side, or left over in the file;
 *   ShapeError for an array of another shape.
 */
export function importWeights(
  file: ArrayBuffer | Uint8Array,
  network: Network,
  map: WeightMap,
  options: ImportOptions = {},
): ImportedWeights {
  assertKind(where, "the network", network, networkKind);
  assertKind(where, "the map", map, aMap);
  assertKeys<ImportOptions>(where, options, { ignore: names });
  const { tensors } = readSafetensors(file);
  const [parameters, buffers] = [parameterSpecs(network), new Map(Object.entries(network.buffers))];
  const all = Object.fromEntries([...parameters, ...buffers]);
  const strange = typeof map === "function" ? undefined : Object.keys(map).find((path) => !Object.hasOwn(all, path));
  if (strange !== undefined) throw unknownName(where, "parameter or buffer", strange, all);
  const taken = new Set<string>();
  const valuesOf = (specs: ReadonlyMap<string, ParameterSpec>) =>
    Object.fromEntries(
      [...specs].map(([path, spec]) => {
        const source = sourceOf(map, path, spec, tensors);
        if (source instanceof Float32Array) return [path, ownValues(path, spec.shape, source)];
        taken.add(source.from);
        return [path, valuesFrom(path, spec, source, tensors)];
      }),
    );
  const imported = { network, parameters: valuesOf(parameters), buffers: valuesOf(buffers) };
  assertNoneLeft([...tensors.keys()], taken, options.ignore ?? []);
  return imported;
}

const aMap: Kind = {
  says: "an object of sources by path, or a function of the path",
  is: (value) => callback.is(value) || object.is(value),
};

const names: Kind = { says: "an array of names", is: (value) => list.is(value) && value.every(text.is) };

type Tensors = SafetensorsFile["tensors"];

/** What the map says of a path. @throws OptionError where it says nothing. */
function sourceOf(
  map: WeightMap,
  path: string,
  { shape }: ParameterSpec,
  tensors: Tensors,
): NamedSource | Float32Array {
  const source: unknown =
    typeof map === "function" ? map(path, shape) : Object.hasOwn(map, path) ? map[path] : undefined;
  if (typeof source === "string") return { from: source };
  if (source instanceof Float32Array) return source;
  if (source === undefined) {
    throw new OptionError(
      `${where}: the map has nothing for "${path}" ${formatShape(shape)}; give it one of the file's names: ` +
        `${[...tensors.keys()].join(", ") || "it has none"}.`,
    );
  }
  const kinds = { from: needed(text), layout: text, inputs: image, outputs: image };
  assertKeys<NamedSource>(`${where}, "${path}"`, source, kinds);
  return source;
}

const image: Kind = {
  says: "[channels, height, width]",
  is: (value) => sizes.is(value) && list.is(value) && value.length === 3,
};

function valuesFrom(path: string, spec: ParameterSpec, source: NamedSource, tensors: Tensors): Float32Array {
  const { from } = source;
  const tensor = tensors.get(from);
  if (!tensor) throw unknownName(`${where}, "${path}"`, "tensor", from, Object.fromEntries(tensors));
  const values = tensor.values();
  if (!(values instanceof Float32Array)) {
    throw new OptionError(
      `${where}: "${path}" is of floats, and "${from}" of the file is ${tensor.dtype}; give another name.`,
    );
  }
  const { shape } = spec;
  return turned({ where, path, from }, { shape, letters: lettersOf(spec) }, { shape: tensor.shape, values }, source);
}

function ownValues(path: string, shape: Shape, values: Float32Array): Float32Array {
  if (values.length === sizeOf(shape)) return values.slice();
  throw new OptionError(
    `${where}: "${path}" is ${formatShape(shape)}, and is given ${describe(values)}; give ${sizeOf(shape)} numbers.`,
  );
}

/** A name that nothing takes is most likely a layer that was forgotten. */
function assertNoneLeft(inFile: readonly string[], taken: ReadonlySet<string>, ignore: readonly string[]): void {
  const strange = ignore.find((name) => !inFile.includes(name));
  if (strange !== undefined) {
    throw unknownName(`${where}, ignore`, "tensor", strange, Object.fromEntries(inFile.map((name) => [name, true])));
  }
  const left = inFile.filter((name) => !taken.has(name) && !ignore.includes(name) && !counter.test(name));
  if (left.length === 0) return;
  throw new OptionError(
    `${where}: nothing takes ${left.map((name) => `"${name}"`).join(", ")} of the file; give the parameters that they are, or ` +
      `allow it by { ignore: ${JSON.stringify(left)} }.`,
  );
}
