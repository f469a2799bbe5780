import { sizeOf } from "../graph/shape.ts";
import { Pass } from "../nn/pass.ts";
import { Random } from "../random.ts";
import { Tensor } from "../tensor.ts";
import type { TensorTree } from "../transforms.ts";
import { Judge } from "./judge.ts";
import { applyNetwork, flatRows, randomOf, type StepContext, streams } from "./step_context.ts";
import { packSize } from "./tricks/trick.ts";

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
 * The generator as it is used after training, with the mean of its parameters, and statistics of its own, where one is kept:
 * `latent` [count, ...input] to samples [count, numbers a sample] in the data's own units.
 */
export function samplesFrom(context: StepContext, latent: Tensor): Tensor {
  const { engine, generator, average, config } = context;
  const steps = engine.read(generator.steps).cast("f32");
  const parameters = average?.parameters(steps, generator.arena.read()) ?? generator.parameters;
  const pass = average ? passOfMean(context, parameters) : generator.pass("evaluation");
  const samples = flatRows(applyNetwork(generator, parameters, latent, pass));
  return config.data.scale?.toOwnUnits(engine, samples) ?? samples;
}

/** Batches that the statistics of a mean are taken of: at least so many samples in all, in at most so many batches. */
const statistics = { samples: 1024, batches: 16, mostSamples: 4096, numbers: 2 ** 18 };

/**
 * The running statistics of batch norm are those of the generator as it is now, which are off by a tenth to a third of a
 * standard deviation for a mean of its parameters, while that moves. The mean's own are taken of the samples that it makes of
 * latent vectors which are the same at every step.
 */
function passOfMean({ engine, config, generator }: StepContext, parameters: TensorTree): Pass {
  let { buffers } = generator.pass("evaluation");
  const random = new Random(engine.tensor([config.seed], [], "u32"), Tensor.scalar(0, "u32"), streams.statistics);
  const { inputShape, outputShape } = generator.network;
  const { samples, batches: most, mostSamples, numbers } = statistics;
  // As large as training has them, and larger where samples are small.
  const size = Math.max(config.batchSize, Math.min(mostSamples, Math.floor(numbers / sizeOf(outputShape))));
  const batches = Object.keys(buffers).length > 0 ? Math.min(most, Math.ceil(samples / size)) : 0;
  for (let i = 1; i <= batches; i++) {
    const pass = new Pass({ mode: "training", buffers, random, momentum: 1 / i });
    applyNetwork(generator, parameters, random.normal([size, ...inputShape]), pass);
    ({ buffers } = pass);
  }
  return new Pass({ mode: "evaluation", buffers });
}

/**
 * What the discriminator says of samples [count, numbers a sample] in the data's own units, as [count]: logits, or minus the reconstruction error of
 * an autoencoder. A discriminator of packs is given each sample beside copies of itself.
 */
export function judgementOf(context: StepContext, given: Tensor): Tensor {
  const { engine, config, discriminator, loss } = context;
  const samples = config.data.scale?.toNetworks(engine, given) ?? given;
  const random = randomOf(context, discriminator, streams.samples);
  const judge = new Judge(context, random, context.carry.step(), discriminator.parameters);
  const [count, size] = samples.shape as [number, number];
  const pack = packSize(config.tricks);
  const copies = samples.reshape([count, 1, size]).broadcastTo([count, pack, size]).reshape([-1, size]);
  const said = judge.logits(judge.packed(copies), discriminator.pass("evaluation", random)).reshape([count]);
  return loss.reconstructionError ? said.neg() : said;
}
