import { named } from "../../errors/at.ts";
import { balance } from "../../probes/balance.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Step, Terms } from "../game/game.ts";
import { penaltyCarry } from "../penalties/penalty.ts";
import { Critic } from "./critic.ts";
import { measureSamples } from "./measure_samples.ts";
import type { Sides } from "./sides.ts";

/** What the discriminator minimises: the loss on a real and a generated batch, and its penalties. */
export function discriminatorTerms(sides: Sides, step: Step): Terms {
  const { loss, penalties, generator, discriminator, sampleShape } = sides;
  const { random, carry } = step;
  const drawn = sides.real(step);
  const inputs = sides.inputs(step, "discriminator");
  const critic = new Critic(sides, step, inputs.discriminator);
  // The generator is applied as it is in its own step, but keeps nothing of this one.
  const apart = named(step.networks, generator).aside;
  const generate = (z: Tensor) => apart(z, inputs.generator).reshape([-1, ...sampleShape]);
  const latent = critic.latent(sides.latent(step), generate);
  const { label } = inputs.discriminator;
  const made = { real: drawn, fake: generate(latent), ...(label && { labels: { real: label, fake: label } }) };
  const batches = critic.batches(made);
  const [real, fake] = [critic.shown(batches.real), critic.shown(batches.fake)];
  const beside = critic.beside(batches.labels);
  const logits = critic.both({ real, fake }, beside);
  const { boundary, output } = loss;
  step.measure(balance.name, balance(logits.real, logits.fake, { boundary, isError: output === "error" }));
  if (step.isProbed) measureSamples(sides, step, critic, { batches: made, logits, inputs: inputs.discriminator });
  critic.judged(logits);

  // Penalties differentiate twice, which f16 does not survive: their samples are values of their own.
  const compared = { real: step.precise(real), fake: step.precise(fake) };
  const { parameters, weights } = named(step.networks, discriminator);
  const terms = penalties.flatMap(({ name, entry, options }) => {
    const { term } = entry;
    if (!term) return [];
    const value = () =>
      term.call(entry, {
        // Penalties see the buffers as they were before the step, and move none.
        critic: (x, whose = "real") => critic.logitsAside(x, beside[whose]),
        generate: (z) => critic.packed(generate(z)),
        ...compared,
        realLogits: logits.real,
        fakeLogits: logits.fake,
        latent,
        sampleShape: critic.sampleShape,
        random,
        weight: step.control(`${name}Weight`),
        options,
        carry: penaltyCarry(carry, entry, discriminator),
        parameters,
        weights,
      });
    return [[name, value] as const];
  });
  return {
    adversarial: loss.discriminator(logits.real, logits.fake, carry.at("loss")),
    ...Object.fromEntries(terms),
  };
}
