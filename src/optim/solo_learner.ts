import type { State } from "../compile/state.ts";
import { CarryStore } from "../engine/carry.ts";
import type { Engine } from "../engine/engine.ts";
import { HeldNetwork } from "../nn/network/held_network.ts";
import type { Network } from "../nn/network/network.ts";
import type { ParameterArena } from "../nn/network/parameter_arena.ts";
import type { Mode, Pass } from "../nn/pass.ts";
import type { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TensorTree } from "../tensor/transforms.ts";
import { Learner, type LearnerOptions, type LearnerStep } from "./learner.ts";

/** One network that learns by itself, outside of any game: a classifier, say. */
export class SoloLearner {
  readonly network: Network;
  readonly arena: ParameterArena;
  readonly steps: State;
  readonly #carry: CarryStore;
  readonly #held: HeldNetwork;
  readonly #learner: Learner;

  constructor(
    readonly engine: Engine,
    readonly name: string,
    network: Network,
    options: LearnerOptions,
  ) {
    this.#carry = new CarryStore(engine);
    this.#held = new HeldNetwork(this.#carry, name, network);
    this.#learner = new Learner(this.#carry, name, [this.#held], options);
    this.network = network;
    this.arena = this.#held.arena;
    this.steps = this.#learner.steps;
  }

  get states(): readonly State[] {
    return [...this.#carry.states.values()];
  }

  get parameters(): TensorTree {
    return this.#held.parameters;
  }

  pass(mode: Mode, random?: Random): Pass {
    return this.#held.pass(mode, random);
  }

  initialise(seed: number, firstStream: number): Promise<void> {
    return this.#held.initialise(seed, firstStream);
  }

  scaled(loss: Tensor): Tensor {
    return this.#learner.scaled(loss);
  }

  /** The optimiser's step along a gradient of the `scaled` loss that has the form of the parameters. */
  step(gradient: TensorTree, learningRate: Tensor, pass?: Pass): LearnerStep {
    const { optimizer, ...state } = this.#learner.state(learningRate);
    const packed = this.arena.pack(gradient);
    const after = optimizer.step({ ...state, gradient: this.#learner.unscaled(packed) });
    return this.#learner.moved(after, new Map(pass ? [[this.name, pass]] : []), [packed]);
  }

  dispose(): void {
    this.#carry.dispose();
  }
}
