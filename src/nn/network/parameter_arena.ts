import type { State } from "../../compile/state.ts";
import { type Engine, engineKind } from "../../engine/engine.ts";
import { assertKind, text } from "../../errors/checks.ts";
import { sizeOf } from "../../graph/shape.ts";
import { Random } from "../../tensor/random.ts";
import { isTensor, Tensor } from "../../tensor/tensor.ts";
import type { TensorTree } from "../../tensor/transforms.ts";
import { flatten } from "../../tensor/tree.ts";
import { networkKind } from "../checks.ts";
import { isParameterSpec } from "../layer.ts";
import type { Network } from "./network.ts";

/** Where one parameter lies in its arena, in elements. */
export interface ParameterRange {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/**
 * All parameters of a network in one buffer, one after the other: an optimiser's step is then one kernel, and a gradient
 * that is packed the same way is written in place by the kernels that compute it.
 */
export class ParameterArena {
  readonly ranges: readonly ParameterRange[];
  readonly size: number;
  readonly state: State;

  constructor(
    readonly engine: Engine,
    readonly label: string,
    readonly network: Network,
  ) {
    assertKind("ParameterArena", "the engine", engine, engineKind);
    assertKind("ParameterArena", "the label", label, text);
    assertKind("ParameterArena", "the network", network, networkKind);
    const { leaves, paths } = flatten(network.parameters, isParameterSpec);
    let offset = 0;
    this.ranges = leaves.map(({ shape }, i) => {
      const range = { name: `${label}/${paths[i]}`, shape, offset, size: sizeOf(shape) };
      offset += range.size;
      return range;
    });
    this.size = Math.max(1, offset);
    this.state = engine.state(`${label} parameters`, [this.size]);
  }

  /** The flat vector cut into the network's tree. */
  unpack(flat: Tensor): TensorTree {
    const { rebuild } = flatten(this.network.parameters, isParameterSpec);
    return rebuild(this.ranges.map(({ offset, size, shape }) => flat.slice([offset], [size]).reshape(shape)));
  }

  /** A tree of the network's form as a flat vector, in the arena's order. */
  pack(tree: TensorTree): Tensor {
    return Tensor.concat(flatten(tree, isTensor).leaves.map((leaf) => leaf.flatten()));
  }

  /** The current parameters, for use in a plan. */
  read(): Tensor {
    return this.engine.read(this.state);
  }

  /** Draws first values from a seed. Streams keep networks with the same seed apart. */
  async initialise(seed: number, firstStream: number): Promise<void> {
    const random = new Random(this.engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), firstStream);
    const first = this.pack(this.network.init(random));
    const plan = await this.engine.plan({ label: `${this.label}: initialise`, updates: [[this.state, first]] });
    await plan.run();
    plan.dispose();
  }

  dispose(): void {
    this.state.destroy();
  }
}
