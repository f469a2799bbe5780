/**
 * What a trainer's users ask of its networks beside the training: samples, and judgements of samples. The same graph with other
 * data is compiled once; its buffers lie in the engine's pool between two calls.
 */
import { OptionError } from "../../errors/errors.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Given, givenTensors, rowsOf } from "../run/given.ts";
import type { SampleBatch } from "../run/report.ts";
import type { GameContext } from "../steps/context.ts";
import { wholeNumber } from "../steps/run_options.ts";
import { judgementOf, sampleGraph } from "../steps/sampling.ts";
import type { Usage } from "./usage.ts";

/** Whom samples are asked of. */
interface Asked {
  readonly context: GameContext;
  readonly usage: Usage;
  /** Of what the game makes. */
  sampleShape(): Shape;
}

/** See `GameTrainer.sample`. */
export async function sample(asked: Asked, count: number, given: Given): Promise<SampleBatch> {
  asked.usage.assertUsable();
  wholeNumber("samples", count, 1, 2 ** 20);
  return batchOf(asked, count, given);
}

/** See `GameTrainer.generate`. */
export async function generate(asked: Asked, latents: Float32Array, given: Given): Promise<SampleBatch> {
  asked.usage.assertUsable();
  const [name, prior] = Object.entries(asked.context.game.priors)[0] ?? [];
  if (!name || !prior) throw new OptionError("Trainer: generate() needs a prior to give values of; the game has none.");
  const count = rowsOf("generate", latents, "a latent vector of the generator", prior.shape);
  return batchOf(asked, count, { ...given, [name]: latents });
}

/** See `GameTrainer.judge`. */
export async function judge(asked: Asked, samples: Float32Array, given: Given): Promise<Float32Array> {
  const { context, usage } = asked;
  usage.assertUsable();
  if (!context.game.judge) throw new OptionError("Trainer: judge() needs the game's `judge`; add it to the table.");
  const shape = asked.sampleShape();
  const count = rowsOf("judge", samples, "a sample", shape);
  const tensors = givenTensors(context, count, given);
  return valuesOf(usage, judgementOf(context, context.engine.tensor(samples, [count, ...shape]), tensors));
}

async function batchOf({ context, usage }: Asked, count: number, given: Given): Promise<SampleBatch> {
  const tensor = sampleGraph(context, count, givenTensors(context, count, given));
  return { values: await valuesOf(usage, tensor), shape: tensor.shape };
}

const valuesOf = async (usage: Usage, tensor: Tensor): Promise<Float32Array> =>
  (await usage.whileUsable(() => tensor.data())) as Float32Array;
