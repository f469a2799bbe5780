import type { State } from "../compile/state.ts";
import { OptionError } from "../errors/errors.ts";
import { type DType, formatShape, type Shape, sameShape, sizeOf } from "../graph/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Engine } from "./engine.ts";

/**
 * What lasts from step to step, by name: the one way in which a loss, a penalty, a trick, a rule of play or a player keeps
 * anything. A value is declared by being used, so that nothing that lasts can be left out of a snapshot.
 *
 *   const mean = carry.read("mean");                       // 0 in the first step
 *   carry.keep("mean", mean.mul(0.99).add(logits.mean().mul(0.01)));
 */
export interface Carry {
  /**
   * The value of a name as it was kept last, in this step or in the one before; `first` in every element until then.
   *
   * @param shape a scalar if left out.
   * @throws OptionError for a name that has another shape elsewhere.
   */
  read(name: string, shape?: Shape, first?: number): Tensor;
  /** Gives a name its next value, of the shape that it is read in. No gradient flows through what is kept. */
  keep(name: string, next: Tensor): void;
  /** The part of one owner, who knows its own names alone: they begin with `scope/`. */
  at(scope: string): Carry;
}

interface Declaration {
  readonly shape: Shape;
  readonly dtype?: DType;
  /** Every element before the first step. */
  readonly first?: number;
}

/** All that lasts of one run, on the GPU. */
export class CarryStore {
  readonly #engine: Engine;
  readonly #states = new Map<string, State>();
  #isSealed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** By path, in the order in which they were declared. */
  get states(): ReadonlyMap<string, State> {
    return this.#states;
  }

  /**
   * The state of a path, which is made when it is asked for first.
   *
   * @throws OptionError for another shape than it has.
   */
  state(path: string, { shape, dtype = "f32", first = 0 }: Declaration): State {
    const known = this.#states.get(path);
    if (known) {
      if (sameShape(known.shape, shape) && known.dtype === dtype) return known;
      throw new OptionError(
        `Carry: "${path}" is ${known.dtype}${formatShape(known.shape)}, and was asked for as ${dtype}${formatShape(shape)}; ` +
          "give one of the two another name.",
      );
    }
    const state = this.#engine.state(path, shape, dtype);
    if (first !== 0) state.write(new Float32Array(sizeOf(shape)).fill(first));
    this.#states.set(path, state);
    return state;
  }

  /** Takes in a state that was made elsewhere. @throws OptionError if the path has one. */
  adopt(path: string, state: State): State {
    if (this.#states.has(path)) throw new OptionError(`Carry: there is a "${path}" already; give it another name.`);
    this.#states.set(path, state);
    return state;
  }

  /** From now on, what no step has declared counts as it is before the first step, and is not kept. */
  seal(): void {
    this.#isSealed = true;
  }

  /** What lasts as one step reads and moves it. */
  step(): StepCarry {
    const find = (path: string, declaration: Declaration) =>
      this.#isSealed && !this.#states.has(path) ? undefined : this.state(path, declaration);
    return new StepCarry(this.#engine, find, this.#states);
  }

  dispose(): void {
    for (const state of this.#states.values()) state.destroy();
  }
}

type Find = (path: string, declaration: Declaration) => State | undefined;

export class StepCarry implements Carry {
  readonly #engine: Engine;
  readonly #find: Find;
  readonly #declared: ReadonlyMap<string, State>;
  readonly #kept = new Map<string, Tensor>();

  constructor(engine: Engine, find: Find, declared: ReadonlyMap<string, State>) {
    this.#engine = engine;
    this.#find = find;
    this.#declared = declared;
  }

  read(path: string, shape: Shape = [], first = 0): Tensor {
    const state = this.#find(path, { shape, first });
    if (!state) return Tensor.full(shape, first);
    return this.#kept.get(path) ?? this.#engine.read(state);
  }

  keep(path: string, next: Tensor): void {
    const state = this.#declared.get(path) ?? this.#find(path, { shape: next.shape });
    if (state) this.#kept.set(path, next.detach().reshape(state.shape));
  }

  at(scope: string): Carry {
    return {
      read: (name, shape, first) => this.read(`${scope}/${name}`, shape, first),
      keep: (name, next) => this.keep(`${scope}/${name}`, next),
      at: (inner) => this.at(`${scope}/${inner}`),
    };
  }

  /** What the step leaves behind, as updates of its plan. */
  get updates(): readonly (readonly [State, Tensor])[] {
    return [...this.#kept].flatMap(([path, value]) => {
      const state = this.#declared.get(path);
      return state ? [[state, value] as const] : [];
    });
  }
}
