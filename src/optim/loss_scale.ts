import type { State } from "../compile/state.ts";
import type { Engine } from "../engine/engine.ts";
import { Tensor } from "../tensor/tensor.ts";

/** New values of states. */
export type Updates = readonly (readonly [State, Tensor])[];

/** Halved at an overflow, doubled after so many steps without one. */
const stepsToGrow = 200;
const firstScale = 2 ** 16;
const smallestScale = 1;
const largestScale = 2 ** 24;

/**
 * Dynamic loss scaling (Micikevicius et al. 2018, "Mixed precision training", section 3.2). Gradients of a GAN are small
 * numbers, which f16 keeps badly below 2^-14 and not at all below 2^-24: so the loss is multiplied by a scale, which the
 * gradient is divided by before the optimiser sees it. A step whose gradient overflowed changes nothing but the scale.
 */
export class LossScale {
  /** [scale, steps since it changed]. */
  readonly state: State;
  /** The scale of this step, a scalar. */
  readonly scale: Tensor;
  readonly #steps: Tensor;
  readonly #engine: Engine;

  constructor(engine: Engine, name: string) {
    this.#engine = engine;
    this.state = engine.state(`${name} loss scale`, [2]);
    this.reset();
    const both = engine.read(this.state);
    this.scale = both.slice([0], [1]).reshape([]);
    this.#steps = both.slice([1], [1]).reshape([]);
  }

  reset(): void {
    this.state.write(new Float32Array([firstScale, 0]));
  }

  /** The updates of a step, and whether one of its gradients overflowed: then nothing changes. */
  guarded(updates: Updates, gradients: readonly Tensor[]): { readonly updates: Updates; readonly overflowed: Tensor } {
    const overflowed = gradients
      .map((gradient) => gradient.isNonFinite().cast("f32").sum())
      .reduce((sum, count) => sum.add(count))
      .greater(0);
    return {
      updates: updates.map(([state, value]) => [state, Tensor.where(overflowed, this.#engine.read(state), value)]),
      overflowed,
    };
  }

  /** The scale's state after a step, which overflowed or did not (a bool scalar). */
  next(overflowed: Tensor): Tensor {
    const isTimeToGrow = this.#steps.greaterEqual(stepsToGrow - 1);
    const grown = Tensor.where(isTimeToGrow, this.scale.mul(2).minimum(largestScale), this.scale);
    const scale = Tensor.where(overflowed, this.scale.mul(0.5).maximum(smallestScale), grown);
    const steps = Tensor.where(overflowed, 0, Tensor.where(isTimeToGrow, 0, this.#steps.add(1)));
    return Tensor.concat([scale.reshape([1]), steps.reshape([1])]);
  }
}
