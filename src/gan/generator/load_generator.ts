import type { State } from "../../compile/state.ts";
import { type Engine, engineKind } from "../../engine/engine.ts";
import { found } from "../../errors/at.ts";
import {
  assertKeys,
  assertKind,
  count as countKind,
  describe,
  instanceOf,
  isList,
  whole,
} from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import { formatShape, type Shape, sameShape, sizeOf } from "../../graph/shape.ts";
import { networkKind } from "../../nn/checks.ts";
import { isParameterSpec } from "../../nn/layer.ts";
import { type LayerMakers, networkOf } from "../../nn/network/architecture.ts";
import type { Network } from "../../nn/network/network.ts";
import { Pass } from "../../nn/pass.ts";
import { Random } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { TensorTree } from "../../tensor/transforms.ts";
import { flatten } from "../../tensor/tree.ts";
import type { SampleBatch } from "../run/report.ts";
import { type GeneratorCard, type GeneratorParts, readGenerator, type SavedArray } from "./generator_file.ts";

export interface LoadOptions {
  /** The network that was saved, where it has layers of your own. Left out, it is made as the file says. */
  readonly network?: Network;
}

export interface LabelOptions {
  /** The class of all samples, or of each. Left out, each class is as likely. Only for a generator of classes. */
  readonly label?: number | ArrayLike<number>;
}

export interface DrawOptions extends LabelOptions {
  /** The same seed draws the same samples. Default 1. */
  readonly seed?: number;
}

/** A trained generator by itself: no trainer, no discriminator, no data. */
export interface Generator {
  readonly network: Network;
  /** What the file says of it. */
  readonly about: GeneratorCard;
  /**
   * Samples [count, ...sample shape] in the data's own units.
   *
   * @throws OptionError for a count below 1, or labels that there are not.
   */
  sample(count: number, options?: DrawOptions): Promise<SampleBatch>;
  /** Samples of latent vectors of your own, in a row: the same ones that the trainer's `generate` made of them. */
  generate(latents: Float32Array, options?: LabelOptions): Promise<SampleBatch>;
  /** Gives back what it holds on the GPU. */
  dispose(): void;
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
  const { leaves, paths, rebuild } = flatten(network.parameters, isParameterSpec);
  const wanted = new Map(leaves.map(({ shape }, i) => [paths[i] ?? "", shape] as const));
  const kept = new Map(Object.entries(network.buffers).map(([path, { shape }]) => [path, shape] as const));
  const held = { parameters: hold(engine, wanted, parameters), buffers: hold(engine, kept, buffers) };
  const { latentShape, sampleShape, classes } = about;
  const latentSize = sizeOf(latentShape);
  let isDisposed = false;

  const labels = (count: number, label: LabelOptions["label"]): Tensor => {
    if (!isList(label)) return engine.tensor(new Array<number>(count).fill(label ?? 0), [count], "u32");
    return engine.tensor(Array.from(label), [count], "u32");
  };
  const assertLabel = (count: number, label: LabelOptions["label"]): void => {
    if (label === undefined) return;
    const given = isList(label) ? Array.from(label) : [label];
    const isClass = (value: unknown) => whole.is(value) && Number(value) < (classes ?? 0);
    if (!classes || (isList(label) && given.length !== count) || !given.every(isClass)) {
      const wants = classes
        ? `give whole numbers from 0 to ${classes - 1}, one for all of ${count} samples or one for each`
        : "it takes none";
      throw new OptionError(`generator: the label is ${describe(label)}; ${wants}.`);
    }
  };
  const draw = async (latents: Tensor, label: Tensor | undefined): Promise<SampleBatch> => {
    const count = latents.size / latentSize;
    const read = (states: ReadonlyMap<string, State>) => (path: string) => engine.read(found(states, path));
    const pass = new Pass({
      mode: "evaluation",
      buffers: Object.fromEntries([...kept.keys()].map((path) => [path, read(held.buffers)(path)])),
    });
    const tree = rebuild(paths.map(read(held.parameters))) as TensorTree;
    const made = network.apply(tree, latents, { pass, ...(label && { inputs: { label } }) }).reshape([count, -1]);
    const own = scale ? made.mul(engine.tensor([scale.factor])).add(engine.tensor([scale.offset])) : made;
    return { values: new Float32Array(await own.data()), shape: [count, ...sampleShape] };
  };
  const assertUsable = () => {
    if (isDisposed) throw new OptionError("generator: it is disposed; load it again.");
  };
  return {
    network,
    about,
    async sample(count, options = {}) {
      assertUsable();
      assertKind("generator.sample", "count", count, countKind);
      assertKeys<DrawOptions>("generator.sample", options, { seed: whole, label: true });
      const { seed = 1, label } = options;
      assertLabel(count, label);
      const random = new Random(engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), 0);
      const latents = random.normal([count, ...latentShape]);
      if (!classes) return draw(latents, undefined);
      return draw(latents, label === undefined ? random.integers([count], classes) : labels(count, label));
    },
    async generate(latents, options = {}) {
      assertUsable();
      assertKind("generator.generate", "the latent vectors", latents, floats);
      assertKeys<LabelOptions>("generator.generate", options, { label: true });
      const count = latents.length / latentSize;
      if (!countKind.is(count)) {
        throw new OptionError(
          `generator: ${latents.length} numbers are no whole count of latent vectors of ${latentSize}.`,
        );
      }
      assertLabel(count, options.label);
      if (classes && options.label === undefined)
        throw new OptionError("generator: give a label beside latent vectors.");
      return draw(engine.tensor(latents, [count, ...latentShape]), classes ? labels(count, options.label) : undefined);
    },
    dispose() {
      isDisposed = true;
      for (const states of Object.values(held)) for (const state of states.values()) state.destroy();
    },
  };
}

const floats = instanceOf("a Float32Array", Float32Array);

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
