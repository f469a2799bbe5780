import type { State } from "../compile/state.ts";
import type { Engine } from "../engine.ts";
import { sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Memory, MemorySpec } from "./memory.ts";

/** What losses, penalties and tricks keep from step to step, on the GPU: `leCam/real` is what leCam calls `real`. */
export class MemoryStates {
  readonly #engine: Engine;
  readonly #states: ReadonlyMap<string, State>;

  constructor(engine: Engine, specs: Readonly<Record<string, MemorySpec>>) {
    this.#engine = engine;
    this.#states = new Map(
      Object.entries(specs).map(([name, { shape, first }]) => {
        const state = engine.state(name, shape);
        if (first !== 0) state.write(new Float32Array(sizeOf(shape)).fill(first));
        return [name, state];
      }),
    );
  }

  get states(): readonly State[] {
    return [...this.#states.values()];
  }

  /** The memory as one step reads and moves it. */
  step(): StepMemory {
    return new StepMemory(this.#engine, this.#states);
  }

  dispose(): void {
    for (const state of this.states) state.destroy();
  }
}

export class StepMemory {
  readonly #engine: Engine;
  readonly #states: ReadonlyMap<string, State>;
  readonly #kept = new Map<string, Tensor>();

  constructor(engine: Engine, states: ReadonlyMap<string, State>) {
    this.#engine = engine;
    this.#states = states;
  }

  /** The part of one owner, who knows its own names alone. */
  of(owner: string): Memory {
    const stateOf = (name: string): State => {
      const state = this.#states.get(`${owner}/${name}`);
      if (!state) throw new Error(`${owner} declares no memory "${name}".`);
      return state;
    };
    return {
      read: (name) => this.#kept.get(`${owner}/${name}`) ?? this.#engine.read(stateOf(name)),
      keep: (name, next) => {
        this.#kept.set(`${owner}/${name}`, next.detach().reshape(stateOf(name).shape));
      },
    };
  }

  /** What the step leaves behind, as updates of its plan. */
  get updates(): readonly (readonly [State, Tensor])[] {
    return [...this.#kept].map(([name, value]) => [this.#states.get(name) as State, value] as const);
  }
}
