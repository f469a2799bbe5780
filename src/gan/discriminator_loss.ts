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
import type { Batches } from "./tricks/trick.ts";

export interface DiscriminatorLoss {
  readonly loss: Tensor;
  readonly logits: Batches;
  /** The real batch as it was drawn, [batch, n]. */
  readonly drawn: Tensor;
  /** With the discriminator's buffers after the step. */
  readonly pass: Pass;
  /** What losses, penalties and tricks keep. */
  readonly kept: readonly (readonly [State, Tensor])[];
  /** Values from which on everything must be computed in f32. */
  readonly precise: readonly Tensor[];
}

/**
 * What the discriminator minimises in a step: the loss on a real and a generated batch, and the penalties that are due. A
 * pure function of both players' parameters: called twice within a step, it sees the same batch.
 */
export function discriminatorLoss(context: StepContext, trees: PlayerTrees, isDue: boolean): DiscriminatorLoss {
  const { config, generator, discriminator, loss } = context;
  const { batchSize } = config;
  const random = randomOf(context, discriminator, streams.discriminatorStep);
  const carry = context.carry.step();
  const judge = new Judge(context, random, carry, trees.discriminator);

  const drawn = drawReal(context, random);
  // The generator is applied as it is in its own step, but keeps nothing of this one.
  const generate = (z: Tensor) =>
    flatRows(applyNetwork(generator, trees.generator, z, generator.pass("training", random), "aside"));
  const latent = judge.latent(random.normal([batchSize, ...generator.network.inputShape]), generate);
  const batches = judge.batches({ real: drawn, fake: generate(latent) });
  const [real, fake] = [judge.shown(batches.real), judge.shown(batches.fake)];

  const pass = discriminator.pass("training", random);
  const logits = judge.both({ real, fake }, pass);
  judge.judged(logits);
  const adversarial = loss.discriminator(logits.real, logits.fake, carry.at("loss"));

  // Penalties differentiate twice, which f16 does not survive: their samples are values of their own.
  const isMixed = config.precision === "mixed";
  const compared = isMixed ? { real: real.copy(), fake: fake.copy() } : { real, fake };
  const total = config.penalties.reduce((sum, { name, entry, interval, options }) => {
    if (!entry.term || (interval > 1 && !isDue)) return sum;
    const weight = controlOf(context, `${name}Weight`);
    return sum.add(
      entry.term({
        // Penalties see the buffers as they were before the step, and move none.
        critic: (x) => judge.critic(x),
        generate: (z) => judge.packed(generate(z)),
        ...compared,
        realLogits: logits.real,
        fakeLogits: logits.fake,
        latent,
        sampleShape: judge.sampleShape,
        random,
        weight: interval > 1 ? weight.mul(interval) : weight,
        options,
        carry: penaltyCarry(carry, entry, "discriminator"),
        parameters: discriminator.arena.pack(trees.discriminator),
        weights: weightMatrices(discriminator.network, trees.discriminator),
      }),
    );
  }, adversarial);
  const precise = isMixed ? Object.values(compared) : [];
  return { loss: total, logits, drawn, pass, kept: carry.updates, precise };
}
