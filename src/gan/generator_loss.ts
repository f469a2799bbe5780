import type { State } from "../compile/state.ts";
import type { Pass } from "../nn/pass.ts";
import { weightMatrices } from "../nn/weight_matrices.ts";
import type { Tensor } from "../tensor.ts";
import { Judge } from "./judge.ts";
import { penaltyCarry } from "./penalties/penalty.ts";
import {
  applyNetwork,
  controlOf,
  drawReal,
  flatRows,
  type PlayerTrees,
  randomOf,
  type StepContext,
  streams,
} from "./step_context.ts";

export interface GeneratorLoss {
  readonly loss: Tensor;
  /** Of the generated batch. */
  readonly logits: Tensor;
  /** log |dL/da| of each of the logits; see `GanLoss`. */
  readonly logGain: Tensor;
  /** With the generator's buffers after the step. */
  readonly pass: Pass;
  readonly kept: readonly (readonly [State, Tensor])[];
}

/**
 * What the generator minimises in a step, through the discriminator as `trees` has it. A pure function of both players'
 * parameters: called twice within a step, it sees the same batch.
 */
export function generatorLoss(context: StepContext, trees: PlayerTrees, isDue: boolean): GeneratorLoss {
  const { config, generator, discriminator, loss } = context;
  const random = randomOf(context, generator, streams.generatorStep);
  const carry = context.carry.step();
  const judge = new Judge(context, random, carry, trees.discriminator);

  const drawn = random.normal([config.batchSize, ...generator.network.inputShape]);
  const pass = generator.pass("training", random);
  const apart = (z: Tensor) =>
    flatRows(applyNetwork(generator, trees.generator, z, generator.pass("training", random), "aside"));
  const latent = judge.latent(drawn, apart);
  const samples = flatRows(applyNetwork(generator, trees.generator, latent, pass)).site("generator/output");
  const fake = judge.shown(samples);
  // The discriminator is judged as in its own step, but it is the generator's turn: nothing of it moves.
  const logits = judge.logits(fake, discriminator.pass("training", random));
  const heard = judge.heard(logits);

  const due = config.penalties.filter(({ entry, interval }) => entry.generatorTerm && (interval === 1 || isDue));
  const needsReal = loss.usesReal || loss.ofSamples || due.length > 0;
  const realSamples = needsReal ? drawReal(context, random) : samples;
  const real = needsReal ? judge.shown(realSamples) : fake;
  const realLogits = needsReal ? judge.critic(real) : logits;

  const ofLogits = loss.generator(heard, loss.usesReal ? realLogits : undefined);
  const adversarial = loss.ofSamples ? ofLogits.add(loss.ofSamples(samples, realSamples)) : ofLogits;
  const total = due.reduce((sum, { name, entry, interval, options }) => {
    const weight = controlOf(context, `${name}Weight`);
    const term = entry.generatorTerm?.({
      critic: (x) => judge.critic(x),
      features: (x) => judge.features(x),
      generate: (z) => judge.packed(apart(z)),
      real,
      fake,
      realLogits,
      fakeLogits: logits,
      latent,
      sampleShape: judge.sampleShape,
      random,
      weight: interval > 1 ? weight.mul(interval) : weight,
      options,
      carry: penaltyCarry(carry, entry, "generator"),
      parameters: generator.arena.pack(trees.generator),
      weights: weightMatrices(generator.network, trees.generator),
    });
    return term ? sum.add(term) : sum;
  }, adversarial);
  const logGain = loss.logGain(logits, loss.usesReal ? realLogits : undefined);
  return { loss: total, logits, logGain, pass, kept: carry.updates };
}
