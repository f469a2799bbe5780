import type { State } from "../../compile/state.ts";
import type { CarryStore } from "../../engine/carry.ts";
import { named } from "../../errors/at.ts";
import type { DType, Shape } from "../../graph/shape.ts";
import { Random } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { TensorTree } from "../../tensor/transforms.ts";
import type { Inputs } from "../layer.ts";
import { type Mode, Pass } from "../pass.ts";
import type { Network } from "./network.ts";
import { ParameterArena } from "./parameter_arena.ts";

/** Between the streams of random numbers that first parameters and first buffers are drawn from. */
const bufferStreams = 0x800;

export interface SideInputSpec {
  /** Of one sample. */
  readonly shape: Shape;
  readonly dtype: DType;
}

type HeldValues = Pick<HeldNetwork, "arena" | "buffers">;

/** A network with its parameters, and what its layers keep, on the GPU. */
export class HeldNetwork {
  readonly arena: ParameterArena;
  readonly buffers: ReadonlyMap<string, State>;
  readonly #sideInputs = new Map<string, SideInputSpec>();

  constructor(
    readonly carry: CarryStore,
    readonly name: string,
    readonly network: Network,
    { arena, buffers }: HeldValues = valuesOf(carry, name, network),
  ) {
    this.arena = arena;
    this.buffers = buffers;
  }

  /** What it was given beside samples so far, by name. */
  get sideInputs(): ReadonlyMap<string, SideInputSpec> {
    return this.#sideInputs;
  }

  /** Remembers what side inputs it is given: only those who apply it know. */
  noteInputs(inputs: Inputs): void {
    for (const [name, { shape, dtype }] of Object.entries(inputs)) {
      this.#sideInputs.set(name, { shape: shape.slice(1), dtype });
    }
  }

  get parameters(): TensorTree {
    return this.arena.unpack(this.arena.read());
  }

  /** The same values, for a network of the same form: for one that keeps what another computes again. */
  seenBy(network: Network): HeldNetwork {
    return new HeldNetwork(this.carry, this.name, network, this);
  }

  /** A pass that begins with the present buffers. */
  pass(mode: Mode, random?: Random): Pass {
    const { engine } = this.carry;
    const buffers = Object.fromEntries([...this.buffers].map(([path, state]) => [path, engine.read(state)]));
    return new Pass({ mode, buffers, ...(random && { random }) });
  }

  /** The buffers that a pass has moved, as updates of a plan. */
  moved(pass: Pass): readonly (readonly [State, Tensor])[] {
    return Object.entries(pass.buffers).flatMap(([path, value]) => {
      const state = this.buffers.get(path);
      return state && value.node !== state.node ? [[state, value] as const] : [];
    });
  }

  /** Draws first values of parameters and buffers from a seed. Streams keep networks with the same seed apart. */
  async initialise(seed: number, firstStream: number): Promise<void> {
    await this.arena.initialise(seed, firstStream);
    if (this.buffers.size === 0) return;
    const { engine } = this.carry;
    const random = new Random(engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), firstStream + bufferStreams);
    const first = this.network.initBuffers(random);
    const updates = [...this.buffers].map(([path, state]) => [state, named(first, path)] as const);
    const plan = await engine.plan({ label: `${this.name}: initialise buffers`, updates });
    await plan.run();
    plan.dispose();
  }
}

/** Places of their own, in what lasts. */
function valuesOf(carry: CarryStore, name: string, network: Network): HeldValues {
  const arena = new ParameterArena(carry.engine, name, network);
  carry.adopt(`networks/${name}/parameters`, arena.state);
  const buffers = Object.entries(network.buffers).map(
    ([path, { shape }]) =>
      [path, carry.adopt(`networks/${name}/buffers/${path}`, carry.engine.state(`${name}/${path}`, shape))] as const,
  );
  return { arena, buffers: new Map(buffers) };
}
