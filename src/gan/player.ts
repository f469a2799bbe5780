import type { State } from "../compile/state.ts";
import type { Engine } from "../engine.ts";
import type { Network } from "../nn/network.ts";
import { ParameterArena } from "../nn/parameter_arena.ts";
import type { Optimizer, OptimizerConfig } from "../optim/optimizer.ts";
import { createOptimizer } from "../optim/registry.ts";
import { Tensor } from "../tensor.ts";
import type { TensorTree } from "../transforms.ts";

/** What one step of a player changes, as updates of a plan. */
export interface PlayerStep {
  readonly updates: readonly (readonly [State, Tensor])[];
  /** The new parameters, and their difference from the old ones, as flat vectors. */
  readonly parameters: Tensor;
  readonly change: Tensor;
}

/** A network with its parameters, its optimiser's memory, and the count of its steps, all on the GPU. */
export class Player {
  readonly arena: ParameterArena;
  readonly learningRate: number;
  readonly steps: State;
  readonly #optimizer: Optimizer;
  readonly #slots: readonly State[];

  constructor(
    readonly engine: Engine,
    readonly name: "generator" | "discriminator",
    readonly network: Network,
    config: OptimizerConfig,
  ) {
    const { optimizer, lr } = createOptimizer(config);
    this.#optimizer = optimizer;
    this.learningRate = lr;
    this.arena = new ParameterArena(engine, name, network);
    this.#slots = optimizer.slots.map((slot) => engine.state(`${name} ${slot}`, [this.arena.size]));
    this.steps = engine.state(`${name} steps`, [], "u32");
  }

  /** Everything that a snapshot must hold. */
  get states(): readonly State[] {
    return [this.arena.state, ...this.#slots, this.steps];
  }

  get parameters(): TensorTree {
    return this.arena.unpack(this.arena.read());
  }

  /** The optimiser's step along a gradient that has the form of the parameters. */
  step(gradient: TensorTree, learningRate: Tensor): PlayerStep {
    const { engine, arena } = this;
    const count = engine.read(this.steps);
    const before = arena.read();
    const after = this.#optimizer.step({
      parameters: before,
      gradient: arena.pack(gradient),
      slots: this.#slots.map((slot) => engine.read(slot)),
      step: count.cast("f32").add(1),
      learningRate,
    });
    const updates: (readonly [State, Tensor])[] = [
      [arena.state, after.parameters],
      ...after.slots.map((slot, i) => [this.#slots[i] as State, slot] as const),
      [this.steps, count.add(Tensor.scalar(1, "u32"))],
    ];
    return { updates, parameters: after.parameters, change: after.parameters.sub(before) };
  }

  dispose(): void {
    for (const state of this.states) state.destroy();
  }
}
