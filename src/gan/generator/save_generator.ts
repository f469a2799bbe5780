import type { SampleScale } from "../../data/source.ts";
import { at } from "../../errors/at.ts";
import { OptionError } from "../../errors/errors.ts";
import { layers } from "../../nn/layers/all.ts";
import { architectureOf } from "../../nn/network/architecture.ts";
import type { Network } from "../../nn/network/network.ts";
import { isTensor, type Tensor } from "../../tensor/tensor.ts";
import { flatten } from "../../tensor/tree.ts";
import type { SampledRun } from "../run/extras.ts";
import { libraryVersion } from "../run/library_version.ts";
import { type GameContext, scaleOf } from "../steps/context.ts";
import { usedNetwork } from "../steps/sampling.ts";
import { withKernels } from "./compile_kernels.ts";
import { type GeneratorCard, type SavedArray, writeGenerator } from "./generator_file.ts";
import { assertSampledAlone } from "./sampled_alone.ts";

/** The network that makes a game's samples, where the game has one of that name. */
const name = "generator";

/**
 * The generator of a game as samples are drawn with it, as a file: the mean of its parameters with statistics of its own, where
 * one is kept. Of a table, samples must be what that network makes of the first prior.
 *
 * @throws OptionError for a game that has no network "generator" which takes a latent vector, and perhaps a label, alone, or whose
 *   `sample` does more.
 */
export const saveGenerator = async (run: SampledRun): Promise<Uint8Array<ArrayBuffer>> =>
  run.recovery ? run.recovery.keep(() => savedGenerator(run)) : savedGenerator(run);

async function savedGenerator(run: SampledRun): Promise<Uint8Array<ArrayBuffer>> {
  if (run.isDisposed) throw new OptionError("Trainer: saveGenerator() was called after dispose(); create another one.");
  const { context, loop } = run;
  const { engine, game, networks } = context;
  const network = networks[name]?.network;
  const latent = Object.values(game.priors)[0];
  if (!network || !latent || latent.name !== "normal" || network.inputs.some((input) => input !== "label")) {
    throw new OptionError(
      `Trainer: saveGenerator() needs a network "${name}" that makes samples of standard normal numbers, and perhaps a label; take ` +
        "its parameters from trainer.snapshot(), and load them by hand.",
    );
  }
  await assertSampledAlone(context, name);
  const { tree, buffers } = usedNetwork(context, name);
  const { leaves, paths } = flatten(tree, isTensor);
  const parameters = leaves.map((leaf, i) => [at(paths, i), leaf] as const);
  const kept = Object.entries(buffers);
  const tensors = [...parameters, ...kept].map(([, tensor]) => tensor);
  const { step, values } = await valuesAt(context, tensors, () => loop.index);
  const { classNames } = game.data;
  const classes = game.data.classes ?? Object.values(game.priors).find((prior) => prior.classes !== undefined)?.classes;
  const scale = scaleOf(game.data);
  const about: GeneratorCard = {
    ...describable(network),
    latentShape: latent.shape,
    sampleShape: run.sampleShape(),
    ...(network.inputs.length > 0 && classes !== undefined && { classes }),
    ...(network.inputs.length > 0 && classNames && { classNames }),
    step,
    libraryVersion,
  };
  const arrays = (of: readonly (readonly [string, Tensor])[], from: number): ReadonlyMap<string, SavedArray> =>
    new Map(of.map(([path, { shape }], i) => [path, { shape, values: at(values, from + i) }]));
  const parts = {
    about,
    parameters: arrays(parameters, 0),
    buffers: arrays(kept, parameters.length),
    ...(scale && { scale: affineOf(scale) }),
  };
  return writeGenerator(withKernels(parts, network, engine.adapter.software));
}

/** A network with layers of a user's own is saved without how it is made: who loads it gives it. */
export function describable(network: Network): Pick<GeneratorCard, "architecture"> {
  try {
    return { architecture: architectureOf(network, layers) };
  } catch (error) {
    if (error instanceof OptionError) return {};
    throw error;
  }
}

function affineOf({ affine }: SampleScale) {
  if (affine) return { factor: Float32Array.from(affine.factor), offset: Float32Array.from(affine.offset) };
  throw new OptionError(
    "Trainer: saveGenerator() needs the `affine` form of the data's scale, to write it down; give it there.",
  );
}

/** All of one moment, and which step that is: `train` may go on while the plan is compiled. */
async function valuesAt({ engine }: GameContext, tensors: readonly Tensor[], stepNow: () => number) {
  const outputs = Object.fromEntries(tensors.map((tensor, i) => [String(i), tensor]));
  const plan = await engine.plan({ label: "save the generator", outputs });
  try {
    const step = stepNow();
    const values = (await plan.runAndRead()).map((each) => Float32Array.from(each));
    return { step, values };
  } finally {
    plan.dispose();
  }
}
