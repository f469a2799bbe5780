import type { State } from "../compile/state.ts";
import type { Engine } from "../engine.ts";
import type { ParameterArena } from "../nn/parameter_arena.ts";
import type { Tensor } from "../tensor.ts";
import type { TensorTree } from "../transforms.ts";

export interface GeneratorAverageConfig {
  /** Share of the average that a step keeps, from 0 to below 1. Default 0.999. */
  readonly decay?: number;
  /** Generator steps that the average needs to forget the beginning: the larger, the longer it follows closely. Default 10. */
  readonly warmUp?: number;
}

/**
 * A running mean of the generator's parameters, which samples are drawn with (Yazici et al. 2019, "The unusual effectiveness
 * of averaging in GAN training"): where the players circle round an equilibrium, the mean lies near it.
 *
 *   mean <- beta mean + (1 - beta) theta        beta = min(decay, t / (warmUp + t))
 *
 * With t = 0, 1, ... the first mean is the first parameters themselves, and early ones are soon forgotten.
 */
export class GeneratorAverage {
  readonly #engine: Engine;
  readonly #arena: ParameterArena;
  readonly #config: Required<GeneratorAverageConfig>;
  readonly state: State;

  constructor(engine: Engine, arena: ParameterArena, config: Required<GeneratorAverageConfig>) {
    this.#engine = engine;
    this.#arena = arena;
    this.#config = config;
    this.state = engine.state("generator average", [arena.size]);
  }

  /** In the form of the network. Before the first step: the generator's own parameters. */
  parameters(steps: Tensor, now: Tensor): TensorTree {
    const mean = this.#engine.read(this.state);
    const share = steps.minimum(1);
    return this.#arena.unpack(mean.mul(share).add(now.mul(share.neg().add(1))));
  }

  /** The update of the step that leads to `parameters`, with `steps` (f32 scalar) taken before it. */
  update(steps: Tensor, parameters: Tensor): readonly [State, Tensor] {
    const { decay, warmUp } = this.#config;
    const beta = steps.div(steps.add(warmUp)).minimum(decay);
    const mean = this.#engine.read(this.state);
    return [this.state, mean.mul(beta).add(parameters.mul(beta.neg().add(1)))];
  }

  dispose(): void {
    this.state.destroy();
  }
}
