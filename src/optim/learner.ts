import type { State } from "../compile/state.ts";
import type { CarryStore } from "../engine/carry.ts";
import { at, named } from "../errors/at.ts";
import { type Extra, partOf } from "../errors/extra.ts";
import type { HeldNetwork } from "../nn/network/held_network.ts";
import type { ParameterRange } from "../nn/network/parameter_arena.ts";
import type { Pass } from "../nn/pass.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { TensorTree } from "../tensor/transforms.ts";
import { heldBack, whereNonFinite } from "./held_back.ts";
import type { LossScale, Updates } from "./loss_scale.ts";
import type { Optimizer, OptimizerInput, OptimizerOutput } from "./optimizer.ts";

/** What mixed precision needs beside values of f16. */
export const extraLossScale: Extra<typeof LossScale> = { entry: "mixed" };

/** @throws SaddlepointError on a page without mixed precision. */
export const lossScaling = (): typeof LossScale => partOf(extraLossScale, 'precision "mixed"');

/** One tree of tensors for each network, in the networks' form. */
export type NetworkTrees = Readonly<Record<string, TensorTree>>;

/** What one step of a learner changes, as updates of a plan. */
export interface LearnerStep {
  readonly updates: Updates;
  /** The new parameters, and their difference from the old ones, as flat vectors. */
  readonly parameters: Tensor;
  readonly change: Tensor;
  /** Whether a gradient overflowed f16, so that nothing changes; a bool scalar, with a loss scale alone. */
  readonly overflowed?: Tensor;
}

/** A learner before a step: all that its optimiser is given but the gradient. */
export interface LearnerState extends Omit<OptimizerInput, "gradient"> {
  readonly optimizer: Optimizer;
}

export interface LearnerOptions {
  readonly optimizer: Optimizer;
  /** Its gradients pass through f16. */
  readonly scalesLoss?: boolean;
}

/**
 * Networks that one optimiser moves as one vector, with the optimiser's memory and the count of its steps, on the GPU. Their
 * parameters lie one after the other in the vector, in the order of the networks.
 */
export class Learner {
  readonly #carry: CarryStore;
  readonly #optimizer: Optimizer;
  readonly #slots: readonly State[];
  readonly #networks: readonly HeldNetwork[];
  readonly size: number;
  readonly steps: State;
  readonly lossScale: LossScale | undefined;

  constructor(
    carry: CarryStore,
    readonly name: string,
    networks: readonly HeldNetwork[],
    { optimizer, scalesLoss = false }: LearnerOptions,
  ) {
    const { engine } = carry;
    const path = `players/${name}`;
    this.#carry = carry;
    this.#networks = networks;
    this.#optimizer = optimizer;
    this.size = networks.reduce((sum, { arena }) => sum + arena.size, 0);
    this.#slots = optimizer.slots.map((slot) =>
      carry.adopt(`${path}/optimizer/${slot}`, engine.state(`${name} ${slot}`, [this.size])),
    );
    this.steps = carry.adopt(`${path}/steps`, engine.state(`${name} steps`, [], "u32"));
    this.lossScale = scalesLoss ? new (lossScaling())(engine, name) : undefined;
    if (this.lossScale) carry.adopt(`${path}/lossScale`, this.lossScale.state);
  }

  get networks(): readonly HeldNetwork[] {
    return this.#networks;
  }

  /** What the optimiser keeps beside the parameters. */
  get moments(): readonly State[] {
    return this.#slots;
  }

  /** Where each parameter lies in the vector. */
  get ranges(): readonly ParameterRange[] {
    return this.#spans().flatMap(({ held, offset }) =>
      held.arena.ranges.map((range) => ({ ...range, offset: offset + range.offset })),
    );
  }

  /** The present parameters as one vector. */
  read(): Tensor {
    return joined(this.#networks.map(({ arena }) => arena.read()));
  }

  /** A vector cut into the trees of the networks, by name. */
  unpack(vector: Tensor): NetworkTrees {
    return Object.fromEntries(this.#parts(vector).map(({ held, part }) => [held.name, held.arena.unpack(part)]));
  }

  /** The trees of the networks as one vector. */
  pack(trees: NetworkTrees): Tensor {
    return joined(this.#networks.map(({ name, arena }) => arena.pack(named(trees, name))));
  }

  /** The loss to differentiate for a step: multiplied by the loss scale where there is one. */
  scaled(loss: Tensor): Tensor {
    return this.lossScale ? loss.mul(this.lossScale.scale) : loss;
  }

  /** A gradient of the scaled loss as one of the loss. */
  unscaled(gradient: Tensor): Tensor {
    return this.lossScale ? gradient.div(this.lossScale.scale) : gradient;
  }

  /** Where the next step begins. */
  state(learningRate: Tensor): LearnerState {
    const { engine } = this.#carry;
    return {
      optimizer: this.#optimizer,
      parameters: this.read(),
      slots: this.#slots.map((slot) => engine.read(slot)),
      step: engine.read(this.steps).cast("f32").add(1),
      learningRate,
    };
  }

  /**
   * The step that leads to `after`, which a rule of play computed from `state`.
   *
   * @param passes of the networks by name, in which the gradient was taken: their buffers are kept.
   * @param scaled the gradients that it came of, of the `scaled` losses: beyond the largest f16 lies infinity, and such a
   * step is left out; the next one has half the scale.
   */
  moved(
    after: OptimizerOutput,
    passes: ReadonlyMap<string, Pass> = new Map(),
    scaled: readonly Tensor[] = [],
  ): LearnerStep {
    const learned = this.#learned(after, passes);
    const { lossScale } = this;
    const parametersOf = (updates: Updates) =>
      joined(updates.slice(0, this.#networks.length).map(([, value]) => value));
    if (!lossScale || scaled.length === 0) {
      const parameters = parametersOf(learned);
      return { updates: [...learned, this.#counted()], parameters, change: parameters.sub(this.read()) };
    }
    const { updates, overflowed } = lossScale.guarded(learned, scaled);
    const parameters = parametersOf(updates);
    return {
      updates: [...updates, this.#counted(), [lossScale.state, lossScale.next(overflowed)]],
      parameters,
      change: parameters.sub(this.read()),
      overflowed,
    };
  }

  /** The networks' parameters first, in their order. Elements of a step that is not finite stay as they are. */
  #learned(after: OptimizerOutput, passes: ReadonlyMap<string, Pass>): Updates {
    const { engine } = this.#carry;
    const isLost = whereNonFinite([after.parameters, ...after.slots]);
    const lost = this.#parts(isLost).map(({ part }) => part);
    return [
      ...this.#parts(after.parameters).map(
        ({ held: { arena }, part }, i) => [arena.state, Tensor.where(at(lost, i), arena.read(), part)] as const,
      ),
      ...after.slots.map((slot, i) => {
        const state = at(this.#slots, i);
        return [state, Tensor.where(isLost, engine.read(state), slot)] as const;
      }),
      ...this.#networks.flatMap((held) => {
        const pass = passes.get(held.name);
        const moved = pass ? held.moved(pass) : [];
        return moved.map(([state, value]) => [state, heldBack(engine.read(state), value)] as const);
      }),
    ];
  }

  #counted(): readonly [State, Tensor] {
    return [this.steps, this.#carry.engine.read(this.steps).add(Tensor.scalar(1, "u32"))];
  }

  #spans(): readonly { readonly held: HeldNetwork; readonly offset: number }[] {
    let next = 0;
    return this.#networks.map((held) => {
      const offset = next;
      next += held.arena.size;
      return { held, offset };
    });
  }

  #parts(vector: Tensor): readonly { readonly held: HeldNetwork; readonly part: Tensor }[] {
    return this.#spans().map(({ held, offset }) => ({
      held,
      part: this.#networks.length === 1 ? vector : vector.slice([offset], [held.arena.size]),
    }));
  }
}

/** One vector after the other. */
const joined = (vectors: readonly Tensor[]): Tensor => (vectors.length === 1 ? at(vectors, 0) : Tensor.concat(vectors));
