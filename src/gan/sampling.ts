import { Random } from "../random.ts";
import { Tensor } from "../tensor.ts";
import { Judge } from "./judge.ts";
import { applyNetwork, flatRows, randomOf, type StepContext, streams } from "./step_context.ts";
import { packSize } from "./tricks/registry.ts";

/** Samples [count, ...output], drawn anew at every step of the generator. */
export function sampleGraph(context: StepContext, count: number): Tensor {
  return samplesOf(context, randomOf(context, context.generator, streams.samples), count);
}

/** Samples [count, ...output] from the same latent vectors at every step, to see how they change. */
export function gridGraph(context: StepContext, count: number): Tensor {
  const { engine, config } = context;
  const seed = engine.tensor([config.seed], [], "u32");
  return samplesOf(context, new Random(seed, Tensor.scalar(0, "u32"), streams.grid), count);
}

function samplesOf(context: StepContext, random: Random, count: number): Tensor {
  return samplesFrom(context, random.normal([count, ...context.generator.network.inputShape]));
}

/**
 * The generator as it is used after training, with the mean of its parameters where one is kept: `latent` [count, ...input]
 * to samples [count, numbers a sample] in the data's own units.
 */
export function samplesFrom({ engine, generator, average, config }: StepContext, latent: Tensor): Tensor {
  const steps = engine.read(generator.steps).cast("f32");
  const parameters = average?.parameters(steps, generator.arena.read()) ?? generator.parameters;
  const samples = flatRows(applyNetwork(generator, parameters, latent, generator.pass("evaluation")));
  return config.data.scale?.toOwnUnits(engine, samples) ?? samples;
}

/**
 * What the discriminator says of samples [count, numbers a sample] in the data's own units, as [count]: logits, or minus the reconstruction error of
 * an autoencoder. A discriminator of packs is given each sample beside copies of itself.
 */
export function judgementOf(context: StepContext, given: Tensor): Tensor {
  const { engine, config, discriminator, loss } = context;
  const samples = config.data.scale?.toNetworks(engine, given) ?? given;
  const random = randomOf(context, discriminator, streams.samples);
  const judge = new Judge(context, random, context.memory.step(), discriminator.parameters);
  const [count, size] = samples.shape as [number, number];
  const pack = packSize(config.tricks);
  const copies = samples.reshape([count, 1, size]).broadcastTo([count, pack, size]).reshape([-1, size]);
  const said = judge.logits(judge.packed(copies), discriminator.pass("evaluation", random)).reshape([count]);
  return loss.reconstructionError ? said.neg() : said;
}
