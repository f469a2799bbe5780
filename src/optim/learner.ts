import type { State } from "../compile/state.ts";
import type { Engine } from "../engine.ts";
import type { Network } from "../nn/network.ts";
import { ParameterArena } from "../nn/parameter_arena.ts";
import { type Mode, Pass } from "../nn/pass.ts";
import { Random } from "../random.ts";
import { Tensor } from "../tensor.ts";
import type { TensorTree } from "../transforms.ts";
import { LossScale } from "./loss_scale.ts";
import type { Optimizer, OptimizerInput, OptimizerOutput } from "./optimizer.ts";
import type { ResolvedOptimizer } from "./optimizer_kind.ts";

/** What one step of a learner changes, as updates of a plan. */
export interface LearnerStep {
  readonly updates: readonly (readonly [State, Tensor])[];
  /** The new parameters, and their difference from the old ones, as flat vectors. */
  readonly parameters: Tensor;
  readonly change: Tensor;
  /** Whether the gradient overflowed f16, so that nothing changes; a bool scalar, with a loss scale alone. */
  readonly overflowed?: Tensor;
}

/** A learner before a step. */
export interface Player extends Omit<OptimizerInput, "gradient"> {
  readonly optimizer: Optimizer;
}

/** A network with its parameters, what its layers keep, its optimiser's memory, and the count of its steps, on the GPU. */
export class Learner {
  readonly arena: ParameterArena;
  readonly learningRate: number;
  readonly steps: State;
  readonly #optimizer: Optimizer;
  readonly #slots: readonly State[];
  readonly #buffers: ReadonlyMap<string, State>;
  /** Of a learner whose gradients pass through f16. */
  readonly lossScale: LossScale | undefined;

  constructor(
    readonly engine: Engine,
    readonly name: string,
    readonly network: Network,
    { optimizer, lr }: Pick<ResolvedOptimizer, "optimizer" | "lr">,
    options: { readonly scalesLoss?: boolean } = {},
  ) {
    this.#optimizer = optimizer;
    this.learningRate = lr;
    this.arena = new ParameterArena(engine, name, network);
    this.#slots = optimizer.slots.map((slot) => engine.state(`${name} ${slot}`, [this.arena.size]));
    this.#buffers = new Map(
      Object.entries(network.buffers).map(([path, { shape }]) => [path, engine.state(`${name}/${path}`, shape)]),
    );
    this.steps = engine.state(`${name} steps`, [], "u32");
    this.lossScale = options.scalesLoss ? new LossScale(engine, name) : undefined;
  }

  /** Everything that a snapshot must hold. */
  get states(): readonly State[] {
    return [
      this.arena.state,
      ...this.#slots,
      ...this.#buffers.values(),
      this.steps,
      ...(this.lossScale ? [this.lossScale.state] : []),
    ];
  }

  /** The states by what they are: of the layers, the optimiser, and the counts. */
  get statesByRole(): {
    readonly parameters: readonly State[];
    readonly moments: readonly State[];
    readonly buffers: readonly State[];
  } {
    const moments = new Set(this.#slots);
    const buffers = this.states.filter((state) => state !== this.arena.state && !moments.has(state));
    return { parameters: [this.arena.state], moments: this.#slots, buffers };
  }

  get parameters(): TensorTree {
    return this.arena.unpack(this.arena.read());
  }

  /** A pass that begins with the present buffers. */
  pass(mode: Mode, random?: Random): Pass {
    const buffers = Object.fromEntries([...this.#buffers].map(([path, state]) => [path, this.engine.read(state)]));
    return new Pass({ mode, buffers, ...(random && { random }) });
  }

  /** Draws first values of parameters and buffers from a seed. Streams keep networks with the same seed apart. */
  async initialise(seed: number, firstStream: number): Promise<void> {
    await this.arena.initialise(seed, firstStream);
    if (this.#buffers.size === 0) return;
    const random = new Random(this.engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), firstStream + 0x800);
    const first = this.network.initBuffers(random);
    const updates = [...this.#buffers].map(([path, state]) => [state, first[path] as Tensor] as const);
    const plan = await this.engine.plan({ label: `${this.name}: initialise buffers`, updates });
    await plan.run();
    plan.dispose();
  }

  /** The loss to differentiate for `step`: multiplied by the loss scale where there is one. */
  scaled(loss: Tensor): Tensor {
    return this.lossScale ? loss.mul(this.lossScale.scale) : loss;
  }

  /** A gradient of the scaled loss as one of the loss. */
  unscaled(gradient: Tensor): Tensor {
    return this.lossScale ? gradient.div(this.lossScale.scale) : gradient;
  }

  /** Where the next step begins: all that the optimiser is given but the gradient. */
  player(learningRate: Tensor): Player {
    const { engine } = this;
    return {
      optimizer: this.#optimizer,
      parameters: this.arena.read(),
      slots: this.#slots.map((slot) => engine.read(slot)),
      step: engine.read(this.steps).cast("f32").add(1),
      learningRate,
    };
  }

  /**
   * The optimiser's step along a gradient of the `scaled` loss that has the form of the parameters. `pass` is the one that
   * the gradient was taken in: its buffers are kept.
   */
  step(gradient: TensorTree, learningRate: Tensor, pass?: Pass): LearnerStep {
    const packed = this.arena.pack(gradient);
    const after = this.#optimizer.step({ ...this.player(learningRate), gradient: this.unscaled(packed) });
    return this.lossScale ? this.#unlessOverflowed(packed, after, this.lossScale, pass) : this.moved(after, pass);
  }

  /** The step that leads to `after`, which a rule of play computed from `player`. */
  moved(after: OptimizerOutput, pass?: Pass): LearnerStep {
    return {
      updates: [...this.#learned(after, pass), this.#counted()],
      parameters: after.parameters,
      change: after.parameters.sub(this.arena.read()),
    };
  }

  /** Beyond the largest f16 lies infinity: that step is left out, and the next one has half the scale. */
  #unlessOverflowed(packed: Tensor, after: OptimizerOutput, lossScale: LossScale, pass?: Pass): LearnerStep {
    const overflowed = packed.isNonFinite().cast("f32").sum().greater(0);
    const guarded = this.#learned(after, pass).map(
      ([state, value]) => [state, Tensor.where(overflowed, this.engine.read(state), value)] as const,
    );
    const parameters = (guarded[0] as (typeof guarded)[number])[1];
    return {
      updates: [...guarded, this.#counted(), [lossScale.state, lossScale.next(overflowed)]],
      parameters,
      change: parameters.sub(this.arena.read()),
      overflowed,
    };
  }

  #learned(after: OptimizerOutput, pass?: Pass): readonly (readonly [State, Tensor])[] {
    const moved = Object.entries(pass?.buffers ?? {}).flatMap(([path, value]) => {
      const state = this.#buffers.get(path);
      return state && value.node !== state.node ? [[state, value] as const] : [];
    });
    return [
      [this.arena.state, after.parameters],
      ...after.slots.map((slot, i) => [this.#slots[i] as State, slot] as const),
      ...moved,
    ];
  }

  #counted(): readonly [State, Tensor] {
    return [this.steps, this.engine.read(this.steps).add(Tensor.scalar(1, "u32"))];
  }

  dispose(): void {
    for (const state of this.states) state.destroy();
  }
}
