import { isSavedGraph, type SavedGraph } from "../../compile/plan/saved_graph.ts";
import { DataError } from "../../errors/errors.ts";
import { sizeOf } from "../../graph/shape.ts";
import type { TensorToWrite } from "../../io/safetensors/write.ts";
import type { GeneratorCard, OpenedGenerator } from "./generator_file.ts";

/** What draws a generator's samples, compiled. */
export interface SavedKernels {
  /** Latent vectors of a run, and classes where there are any, from the feeds `seed` and `run`. */
  readonly draw: SavedGraph;
  /** Its samples, from the feeds `latent` and `label`. Others are tensors of the file by their names, and so are states. */
  readonly samples: SavedGraph;
  /** The tensors of the file that are states, in the order of their numbers. */
  readonly states: readonly string[];
}

const kernelsName = "kernels";

/** As tensors of a file: JSON, and beside it what layers hold of their own, by the names of feeds. */
export function tensorsOfKernels(
  kernels: SavedKernels,
  constants: ReadonlyMap<string, TensorToWrite>,
): ReadonlyMap<string, TensorToWrite> {
  const values = new TextEncoder().encode(JSON.stringify(kernels));
  return new Map([...constants, [kernelsName, { shape: [values.length], values }]]);
}

/** @throws DataError for a file without kernels, and for what are none, or none of such a generator. */
export function kernelsOf({ about, tensors }: OpenedGenerator): SavedKernels {
  const tensor = tensors.get(kernelsName);
  if (!tensor) {
    throw new DataError(
      "generator: the file has no kernels, since its network could not be compiled apart from its trainer; load it with " +
        "loadGenerator of saddlepoint/generator, which compiles it here.",
    );
  }
  const kernels = parsed(tensor.bytes);
  if (areKernels(kernels, tensors) && suit(kernels, about, tensors)) return kernels;
  throw new DataError("generator: the kernels of the file are not as trainer.saveGenerator() writes them.");
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function areKernels(value: unknown, tensors: ReadonlyMap<string, unknown>): value is SavedKernels {
  const { draw, samples, states }: Readonly<Record<string, unknown>> = Object(value);
  const areNames = Array.isArray(states) && states.every((name) => tensors.has(name));
  return areNames && isSavedGraph(draw, 0) && isSavedGraph(samples, states.length);
}

/** Whether all has the size that the generator's card says. */
function suit({ draw, samples }: SavedKernels, about: GeneratorCard, tensors: OpenedGenerator["tensors"]): boolean {
  const { batchSize = 0, classes } = about;
  const latents = { dtype: "f32", size: batchSize * sizeOf(about.latentShape) };
  const labels = classes ? [{ dtype: "u32", size: batchSize }] : [];
  const made = { dtype: "f32", size: batchSize * sizeOf(about.sampleShape) };
  const gives = (graph: SavedGraph, wanted: readonly { readonly dtype: string; readonly size: number }[]) =>
    graph.outputs.length === wanted.length &&
    graph.outputs.every(({ dtype, size }, i) => dtype === wanted[i]?.dtype && size === wanted[i]?.size);
  const takes = (graph: SavedGraph, sizes: ReadonlyMap<string, number>) =>
    graph.feeds.every(
      ({ name, shape }) => (sizes.get(name) ?? sizeOf(tensors.get(name)?.shape ?? [0])) === sizeOf(shape),
    );
  const [drawn, taken] = [
    new Map([
      ["seed", 1],
      ["run", 1],
    ]),
    new Map([
      ["latent", latents.size],
      ["label", batchSize],
    ]),
  ];
  return gives(draw, [latents, ...labels]) && gives(samples, [made]) && takes(draw, drawn) && takes(samples, taken);
}
