import type { State } from "../../compile/state.ts";
import { type Engine, engineKind } from "../../engine/engine.ts";
import { found } from "../../errors/at.ts";
import { assertKeys, assertKind } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import { formatShape, type Shape, sameShape, sizeOf } from "../../graph/shape.ts";
import { networkKind } from "../../nn/checks.ts";
import { type LayerMakers, networkOf } from "../../nn/network/architecture.ts";
import type { Network } from "../../nn/network/network.ts";
import { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type GeneratorParts, readGenerator, type SavedArray } from "./generator_file.ts";
import { drawGraph, sampleGraph, shapesOf } from "./sample_graph.ts";
import { type Sampler, samplerOf } from "./sampler.ts";

export interface LoadOptions {
  /** The network that was saved, where it has layers of your own. Left out, it is made as the file says. */
  readonly network?: Network;
}

/** A sampler with the network that it samples. */
export interface Generator extends Sampler {
  readonly network: Network;
}

/**
 * The generator of a file of `trainer.saveGenerator()`, with layers made by `makers`.
 *
 * @throws DataError for what is no such file, or damaged; OptionError for another network than was saved.
 */
export async function loadGeneratorWith(
  makers: LayerMakers,
  engine: Engine,
  file: ArrayBuffer | Uint8Array,
  options: LoadOptions = {},
): Promise<Generator> {
  assertKind("loadGenerator", "the engine", engine, engineKind);
  assertKeys<LoadOptions>("loadGenerator", options, { network: networkKind });
  const parts = await readGenerator(file);
  const { architecture } = parts.about;
  if (!options.network && architecture === undefined) {
    throw new OptionError(
      "loadGenerator: the generator has layers of your own; give it as loadGenerator(engine, file, { network }).",
    );
  }
  const network = options.network ?? networkOf(architecture, makers);
  if (sizeOf(network.outputShape) !== sizeOf(parts.about.sampleShape)) {
    throw new DataError(
      `generator: the network makes ${formatShape(network.outputShape)}, and the file has samples of ${formatShape(parts.about.sampleShape)}.`,
    );
  }
  return generatorOf(engine, network, parts);
}

function generatorOf(
  engine: Engine,
  network: Network,
  { about, parameters, buffers, scale }: GeneratorParts,
): Generator {
  const wanted = shapesOf(network);
  const held = {
    parameters: hold(engine, wanted.parameters, parameters),
    buffers: hold(engine, wanted.buffers, buffers),
  };
  const { latentShape } = about;
  const reader = (states: ReadonlyMap<string, State>) => (path: string) => engine.read(found(states, path));
  const valuesOf = async (latents: Tensor, label: Tensor | undefined): Promise<Float32Array> => {
    const numbers = {
      parameter: reader(held.parameters),
      buffer: reader(held.buffers),
      ...(scale && { scale: { factor: engine.tensor([scale.factor]), offset: engine.tensor([scale.offset]) } }),
    };
    return new Float32Array(await sampleGraph(network, numbers, latents, label).data());
  };
  const given = (labels: Uint32Array | undefined) => labels && engine.tensor(labels, [labels.length], "u32");
  const sampler = samplerOf(about, {
    drawn(count, seed, run, labels) {
      const number = (value: number) => engine.tensor([value], [], "u32");
      const { latents, label } = drawGraph(about, new Random(number(seed), number(run)), count);
      return valuesOf(latents, given(labels) ?? label);
    },
    made: (count, latents, labels) => valuesOf(engine.tensor(latents, [count, ...latentShape]), given(labels)),
    release() {
      for (const states of Object.values(held)) for (const state of states.values()) state.destroy();
    },
  });
  return { ...sampler, network };
}

/** Puts what the network wants on the GPU. @throws OptionError where the file has something else. */
function hold(
  engine: Engine,
  wanted: ReadonlyMap<string, Shape>,
  given: ReadonlyMap<string, SavedArray>,
): ReadonlyMap<string, State> {
  for (const [path, shape] of wanted) {
    const array = given.get(path);
    if (array && sameShape(array.shape, shape) && wanted.size === given.size) continue;
    throw new OptionError(
      `generator: the network has ${wanted.size} arrays, of which "${path}" is ${formatShape(shape)}; the file has ${given.size}, ` +
        `and there ${array ? formatShape(array.shape) : "no such one"}. Give the network that was saved.`,
    );
  }
  return new Map(
    [...wanted].map(([path, shape]) => {
      const state = engine.state(`generator/${path}`, shape);
      state.write(found(given, path).values);
      return [path, state] as const;
    }),
  );
}
