import type { State } from "../../compile/state.ts";
import type { CarryStore } from "../../engine/carry.ts";
import { assertKeys, describe, notNegative } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Learner, NetworkTrees } from "../../optim/learner.ts";
import type { Tensor } from "../../tensor/tensor.ts";

export interface AverageConfig {
  /** Share of the average that a step keeps, from 0 to below 1. Default 0.999. */
  readonly decay?: number;
  /** Steps of the player that the average needs to forget the beginning: the larger, the longer it follows closely. Default 10. */
  readonly warmUp?: number;
}

/** @throws OptionError for numbers out of range. */
export function resolveAverage(where: string, name: string, given: AverageConfig): Required<AverageConfig> {
  assertKeys<AverageConfig>(`${where}, ${name}`, given, { decay: true, warmUp: true });
  const { decay = 0.999, warmUp = 10 } = given;
  if (!(notNegative.is(decay) && decay < 1)) {
    throw new OptionError(`${where}: ${name}.decay is ${describe(decay)}; it must be from 0 to below 1.`);
  }
  if (!(notNegative.is(warmUp) && warmUp >= 1)) {
    throw new OptionError(`${where}: ${name}.warmUp is ${describe(warmUp)}; it must be at least 1 step.`);
  }
  return { decay, warmUp };
}

/**
 * A running mean of a player's parameters, which samples are drawn with (Yazici et al. 2019, "The unusual effectiveness
 * of averaging in GAN training"): where the players circle round an equilibrium, the mean lies near it.
 *
 *   mean <- beta mean + (1 - beta) theta        beta = min(decay, t / (warmUp + t))
 *
 * With t = 0, 1, ... the first mean is the first parameters themselves, and early ones are soon forgotten.
 */
export class ParameterAverage {
  readonly #carry: CarryStore;
  readonly #learner: Learner;
  readonly #config: Required<AverageConfig>;
  readonly #state: State;

  constructor(carry: CarryStore, learner: Learner, config: Required<AverageConfig>) {
    this.#carry = carry;
    this.#learner = learner;
    this.#config = config;
    const state = carry.engine.state(`${learner.name} average`, [learner.size]);
    this.#state = carry.adopt(`players/${learner.name}/average`, state);
  }

  /** In the form of the networks. Before the first step: the player's own parameters. */
  trees(): NetworkTrees {
    const share = this.#steps().minimum(1);
    const mean = this.#carry.engine.read(this.#state);
    return this.#learner.unpack(mean.mul(share).add(this.#learner.read().mul(share.neg().add(1))));
  }

  /** The update of the step that leads to `parameters`. */
  update(parameters: Tensor): readonly [State, Tensor] {
    const { decay, warmUp } = this.#config;
    const steps = this.#steps();
    const beta = steps.div(steps.add(warmUp)).minimum(decay);
    const mean = this.#carry.engine.read(this.#state);
    return [this.#state, mean.mul(beta).add(parameters.mul(beta.neg().add(1)))];
  }

  #steps(): Tensor {
    return this.#carry.engine.read(this.#learner.steps).cast("f32");
  }
}
