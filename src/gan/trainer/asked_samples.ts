/**
 * What a trainer's users ask of its networks beside the training: samples, and judgements of samples. The same graph with other
 * data is compiled once; its buffers lie in the engine's pool between two calls.
 */
import { OptionError } from "../../errors/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Given, givenTensors, rowsOf } from "../run/given.ts";
import type { SampleBatch } from "../run/report.ts";
import { wholeNumber } from "../steps/run_options.ts";
import { judgementOf, sampleGraph } from "../steps/sampling.ts";
import { assertUsable, type TrainerState, whileUsable } from "./state.ts";

/** See `GameTrainer.sample`. */
export async function sample(state: TrainerState, count: number, given: Given): Promise<SampleBatch> {
  assertUsable(state);
  wholeNumber("samples", count, 1, 2 ** 20);
  return batchOf(state, count, given);
}

/** See `GameTrainer.generate`. */
export async function generate(state: TrainerState, latents: Float32Array, given: Given): Promise<SampleBatch> {
  assertUsable(state);
  const [name, prior] = Object.entries(state.context.game.priors)[0] ?? [];
  if (!name || !prior) throw new OptionError("Trainer: generate() needs a prior to give values of; the game has none.");
  const count = rowsOf("generate", latents, "a latent vector of the generator", prior.shape);
  return batchOf(state, count, { ...given, [name]: latents });
}

/** See `GameTrainer.judge`. */
export async function judge(state: TrainerState, samples: Float32Array, given: Given): Promise<Float32Array> {
  return whileUsable(state, async () => {
    const { context } = state;
    if (!context.game.judge) throw new OptionError("Trainer: judge() needs the game's `judge`; add it to the table.");
    const shape = state.sampleShape();
    const count = rowsOf("judge", samples, "a sample", shape);
    const tensors = givenTensors(context, count, given);
    return valuesOf(judgementOf(context, context.engine.tensor(samples, [count, ...shape]), tensors));
  });
}

const batchOf = (state: TrainerState, count: number, given: Given): Promise<SampleBatch> =>
  whileUsable(state, async () => {
    const tensor = sampleGraph(state.context, count, givenTensors(state.context, count, given));
    return { values: await valuesOf(tensor), shape: tensor.shape };
  });

const valuesOf = async (tensor: Tensor) => new Float32Array(await tensor.data());
