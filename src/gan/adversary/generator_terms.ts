import { named } from "../../errors/at.ts";
import { lossGain } from "../../probes/loss_gain.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Step, Terms } from "../game/game.ts";
import { once } from "../game/once.ts";
import { logGains } from "../losses/log_gains.ts";
import { penaltyCarry } from "../penalties/penalty.ts";
import { besideBoth, Critic, flatRows } from "./critic.ts";
import type { Sides } from "./sides.ts";

/** What the generator minimises, through the discriminator as it stands: the loss on a generated batch, and its penalties. */
export function generatorTerms(sides: Sides, step: Step): Terms {
  const { loss, penalties, generator, sampleShape } = sides;
  const { random, carry } = step;
  const own = named(step.networks, generator);
  const drawn = sides.latent(step);
  const inputs = sides.inputs(step, "generator");
  const critic = new Critic(sides, step, inputs.discriminator);
  const beside = besideBoth(sides.inputs(step, "discriminator").discriminator, inputs.discriminator);
  const shaped = (x: Tensor) => x.reshape([-1, ...sampleShape]);
  const apart = (z: Tensor) => shaped(own.aside(z, inputs.generator));
  const latent = critic.latent(drawn, apart);
  const samples = shaped(own(latent, inputs.generator)).site(`${generator}/output`);
  const fake = critic.shown(samples);
  const logits = critic.logits(fake);
  const heard = critic.heard(logits);

  /** Drawn where something asks for it, once. */
  const real = once(() => {
    const given = sides.real(step);
    const shown = critic.shown(given);
    return { samples: given, shown, logits: critic.logitsAside(shown, beside.real) };
  });
  const others = loss.usesReal || loss.ofSamples ? real() : undefined;
  const ofLogits = loss.generator(heard, loss.usesReal ? others?.logits : undefined);
  const { parameters, weights } = own;
  const terms = penalties.flatMap(({ name, entry, options }) => {
    const { generatorTerm } = entry;
    if (!generatorTerm) return [];
    const term = () => {
      const others = real();
      return generatorTerm.call(entry, {
        critic: (x, whose = "fake") => critic.logitsAside(x, beside[whose]),
        features: (x, whose = "fake") => critic.features(x, beside[whose]),
        generate: (z) => critic.packed(apart(z)),
        real: others.shown,
        fake,
        realLogits: others.logits,
        fakeLogits: logits,
        latent,
        sampleShape: critic.sampleShape,
        random,
        weight: step.control(`${name}Weight`),
        options,
        carry: penaltyCarry(carry, entry, generator),
        parameters,
        weights,
      });
    };
    return [[name, term] as const];
  });
  // A generator that learns from samples takes nothing from the logits.
  if (!loss.ofSamples) {
    const logGain = loss.logGain(logits, loss.usesReal ? others?.logits : undefined);
    step.measure("lossGain", lossGain(logGain, logGains[loss.comparedWith](logits)));
  }
  return {
    adversarial:
      loss.ofSamples && others ? ofLogits.add(loss.ofSamples(flatRows(samples), flatRows(others.samples))) : ofLogits,
    ...Object.fromEntries(terms),
  };
}
