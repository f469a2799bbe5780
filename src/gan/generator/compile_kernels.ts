import { leastDevice } from "../../compile/device_traits.ts";
import { type CompiledGraph, compileGraph } from "../../compile/plan/compile_graph.ts";
import { savedGraph } from "../../compile/plan/saved_graph.ts";
import { found } from "../../errors/at.ts";
import { SaddlepointError } from "../../errors/errors.ts";
import { freshId, isA, type Node } from "../../graph/node.ts";
import { input, inputPrimitive, type StateSlot, state } from "../../graph/primitives/leaf.ts";
import { type DType, type Shape, sizeOf } from "../../graph/shape.ts";
import type { TensorToWrite } from "../../io/safetensors/write.ts";
import type { Network } from "../../nn/network/network.ts";
import { heldValues } from "../../tensor/held_values.ts";
import { Random } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type GeneratorCard, type GeneratorParts, tensorNames } from "./generator_file.ts";
import { drawGraph, sampleGraph, shapesOf } from "./sample_graph.ts";
import { tensorsOfKernels } from "./saved_kernels.ts";

/** What is compiled, and for what. */
export interface KernelSource {
  readonly network: Network;
  readonly about: Pick<GeneratorCard, "latentShape" | "sampleShape" | "classes">;
  /** Whether samples have units of their own. */
  readonly hasScale: boolean;
  /** Whether the kernels are to suit a CPU that plays the GPU. */
  readonly isSoftware: boolean;
}

export interface CompiledKernels {
  /** Samples of one run. */
  readonly batchSize: number;
  readonly tensors: ReadonlyMap<string, TensorToWrite>;
}

/** A run makes as many samples as have this many numbers, within bounds: they fill a GPU, and few are made in vain. */
const numbersPerRun = 16384;
const leastPerRun = 16;
const mostPerRun = 1024;

/** Every WebGPU device has these limits without being asked for more. */
const plainLimits = { maxBindings: 8, maxBufferBytes: 128 * 2 ** 20 };

/** The kernels that draw a generator's samples on any device: within the limits that each one has, and without subgroups. */
export function compileKernels(source: KernelSource): CompiledKernels {
  const { about, isSoftware } = source;
  const target = { ...leastDevice, isSoftware };
  const compile = (tensors: readonly Tensor[]) =>
    compileGraph(
      tensors.map(({ node }) => ({ kind: "output", node })),
      { ...plainLimits, target },
    );
  const states = statesOf(source);
  const samplesOf = (count: number) => compile([tracedSamples(source, states, count)]);

  const fitting = 2 ** Math.floor(Math.log2(numbersPerRun / sizeOf(about.sampleShape)));
  let batchSize = Math.min(mostPerRun, Math.max(leastPerRun, fitting));
  let samples = samplesOf(batchSize);
  while (batchSize > 1 && largestBuffer(samples) > plainLimits.maxBufferBytes) {
    batchSize /= 2;
    samples = samplesOf(batchSize);
  }
  const random = new Random(feed("seed", []), feed("run", []));
  const { latents, label } = drawGraph(about, random, batchSize);

  const constants = new Map<string, TensorToWrite>();
  const nameOf = (node: Node): string => {
    if (isA(node, inputPrimitive)) return node.attributes.slot.label;
    const name = `constants/${constants.size}`;
    const values = heldValues(node);
    if (values) constants.set(name, { shape: node.shape, values });
    return name;
  };
  const slots = [...states.values()].map(({ slot }) => slot);
  const kernels = {
    draw: savedGraph(compile(label ? [latents, label] : [latents]), nameOf, slots),
    samples: savedGraph(samples, nameOf, slots),
    states: [...states.keys()],
  };
  return { batchSize, tensors: tensorsOfKernels(kernels, constants) };
}

/** A generator with its kernels; one that draws random numbers in evaluation, say, needs its trainer, and has none. */
export function withKernels(parts: GeneratorParts, network: Network, isSoftware: boolean): GeneratorParts {
  const { about, scale } = parts;
  try {
    const { batchSize, tensors } = compileKernels({ network, about, hasScale: scale !== undefined, isSoftware });
    return { ...parts, about: { ...about, batchSize }, others: tensors };
  } catch (error) {
    if (error instanceof SaddlepointError) return parts;
    throw error;
  }
}

/** Stands for a tensor of the file. */
interface FileState {
  readonly slot: StateSlot;
  readonly tensor: Tensor;
}

/** The numbers of a generator, by the names that they have in its file. */
function statesOf({ network, about, hasScale }: KernelSource): ReadonlyMap<string, FileState> {
  const { parameters, buffers } = shapesOf(network);
  const scaleShape = [1, sizeOf(about.sampleShape)];
  const shapes: (readonly [string, Shape])[] = [
    ...[...parameters].map(([path, shape]) => [tensorNames.parameter(path), shape] as const),
    ...[...buffers].map(([path, shape]) => [tensorNames.buffer(path), shape] as const),
    ...(hasScale ? [tensorNames.factor, tensorNames.offset].map((name) => [name, scaleShape] as const) : []),
  ];
  return new Map(
    shapes.map(([name, shape]) => {
      const slot = { id: freshId(), label: name };
      return [name, { slot, tensor: new Tensor(state(slot, shape, "f32")) }];
    }),
  );
}

function tracedSamples(
  { network, about, hasScale }: KernelSource,
  states: ReadonlyMap<string, FileState>,
  count: number,
): Tensor {
  const tensor = (name: string): Tensor => found(states, name).tensor;
  const numbers = {
    parameter: (path: string) => tensor(tensorNames.parameter(path)),
    buffer: (path: string) => tensor(tensorNames.buffer(path)),
    ...(hasScale && { scale: { factor: tensor(tensorNames.factor), offset: tensor(tensorNames.offset) } }),
  };
  const latents = feed("latent", [count, ...about.latentShape], "f32");
  return sampleGraph(network, numbers, latents, about.classes ? feed("label", [count]) : undefined);
}

const feed = (name: string, shape: Shape, dtype: DType = "u32"): Tensor => new Tensor(input(name, shape, dtype));

const largestBuffer = ({ arenas, outputBytes }: CompiledGraph): number => Math.max(0, ...arenas, ...outputBytes);
