import { OptionError } from "../../errors/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { once } from "../game/once.ts";
import { type Given, givenTensors, rowsOf } from "../run/given.ts";
import type { SampleBatch } from "../run/report.ts";
import type { GameContext } from "../steps/context.ts";
import { wholeNumber } from "../steps/run_options.ts";
import { judgementOf, sampleGraph } from "../steps/sampling.ts";
import type { Usage } from "./usage.ts";

/**
 * What a trainer's users ask of its networks beside the training: samples, and judgements of samples. The same graph with other
 * data is compiled once; its buffers lie in the engine's pool between two calls.
 */
export class AskedSamples {
  readonly #context: GameContext;
  readonly #usage: Usage;
  /** Of what the game makes. */
  readonly #sampleShape = once(() => sampleGraph(this.#context, 1).shape.slice(1));

  constructor(context: GameContext, usage: Usage) {
    this.#context = context;
    this.#usage = usage;
  }

  async sample(count: number, given: Given): Promise<SampleBatch> {
    this.#usage.assertUsable();
    wholeNumber("samples", count, 1, 2 ** 20);
    return this.#batch(count, given);
  }

  async generate(latents: Float32Array, given: Given): Promise<SampleBatch> {
    this.#usage.assertUsable();
    const [name, prior] = Object.entries(this.#context.game.priors)[0] ?? [];
    if (!name || !prior)
      throw new OptionError("Trainer: generate() needs a prior to give values of; the game has none.");
    const count = rowsOf("generate", latents, "a latent vector of the generator", prior.shape);
    return this.#batch(count, { ...given, [name]: latents });
  }

  async judge(samples: Float32Array, given: Given): Promise<Float32Array> {
    this.#usage.assertUsable();
    const { engine, game } = this.#context;
    if (!game.judge) throw new OptionError("Trainer: judge() needs the game's `judge`; add it to the table.");
    const shape = this.#sampleShape();
    const count = rowsOf("judge", samples, "a sample", shape);
    const tensors = givenTensors(this.#context, count, given);
    return this.#floats(judgementOf(this.#context, engine.tensor(samples, [count, ...shape]), tensors));
  }

  async #batch(count: number, given: Given): Promise<SampleBatch> {
    const tensors = givenTensors(this.#context, count, given);
    const tensor = sampleGraph(this.#context, count, tensors);
    return { values: await this.#floats(tensor), shape: tensor.shape };
  }

  async #floats(tensor: Tensor): Promise<Float32Array> {
    return (await this.#usage.whileUsable(() => tensor.data())) as Float32Array;
  }
}
