import type { State } from "../compile/state.ts";
import { at } from "../errors/at.ts";
import { describe, finite, unknownName } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Engine } from "./engine.ts";

/**
 * Numbers that can be changed while plans run: learning rates, weights of penalties, levels of noise. They are scalars in
 * one small buffer, so that moving a slider writes four bytes and compiles nothing.
 */
export class Controls<Name extends string = string> {
  readonly #engine: Engine;
  /** Where they lie. A trainer that is brought back gives them another place, and holds them: they are only remembered. */
  state: State;
  isHeld?: boolean;
  readonly #values: Float32Array;
  readonly names: readonly Name[];

  constructor(engine: Engine, label: string, initial: Readonly<Record<Name, number>>) {
    this.#engine = engine;
    this.names = Object.keys(initial) as Name[];
    this.#values = new Float32Array(Math.max(1, this.names.length));
    this.state = engine.state(label, [this.#values.length]);
    for (const name of this.names) this.#assign(name, initial[name]);
    this.state.write(this.#values);
  }

  /** The control as a scalar tensor, for use in a plan. */
  tensor(name: Name): Tensor {
    return this.#engine
      .read(this.state)
      .slice([this.#position(name)], [1])
      .reshape([]);
  }

  get(name: Name): number {
    return at(this.#values, this.#position(name));
  }

  /**
   * Takes effect with the next submission.
   *
   * @throws OptionError for an unknown name or a value that is not finite.
   */
  set(name: Name, value: number): void {
    this.#assign(name, value);
    if (!this.isHeld) this.state.write(this.#values);
  }

  /** Bytes on the GPU. */
  get bytes(): number {
    return this.state.buffer.size;
  }

  dispose(): void {
    this.state.destroy();
  }

  #assign(name: Name, value: number): void {
    // As f32, in which the control is kept.
    if (!finite.is(value) || !finite.is(Math.fround(value)))
      throw new OptionError(`The control "${name}" can't be ${describe(value)}; give a finite number.`);
    this.#values[this.#position(name)] = value;
  }

  #position(name: Name): number {
    const position = this.names.indexOf(name);
    if (position < 0) {
      throw unknownName("Controls", "control", name, Object.fromEntries(this.names.map((known) => [known, 0])));
    }
    return position;
  }
}
