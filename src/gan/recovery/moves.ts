import type { Controls } from "../../engine/controls.ts";
import { at } from "../../errors/at.ts";

/** Values of all controls from a step on. */
interface Move {
  readonly step: number;
  readonly values: readonly number[];
}

/** Which controls were moved at which step since a point, so that they can be moved at the same steps again. */
export class Moves {
  #base: readonly number[];
  #moves: Move[] = [];
  /** How many of them the GPU has. */
  #done = 0;

  /** @param controls as a run has them at the point. */
  constructor(readonly controls: Controls) {
    this.#base = valuesOf(controls);
  }

  /** How many there are that the GPU has: what a later point need not keep. */
  get done(): number {
    return this.#done;
  }

  /** Notes how the controls stand before the submission of a step. */
  note(step: number): void {
    const values = valuesOf(this.controls);
    const last = this.#moves.at(-1)?.values ?? this.#base;
    if (values.every((value, i) => value === last[i])) return;
    this.#moves.push({ step, values });
    this.#done = this.#moves.length;
  }

  /** Everything begins anew at the controls as they stand. */
  reset(): void {
    this.#base = valuesOf(this.controls);
    this.#moves = [];
    this.#done = 0;
  }

  /** Forgets the first ones: a point has them. */
  forget(count: number): void {
    this.#base = this.#moves[count - 1]?.values ?? this.#base;
    this.#moves.splice(0, count);
    this.#done -= count;
  }

  /** Sets controls of a run that has been made anew to what they were at the point. */
  begin(controls: Controls): void {
    this.#done = 0;
    setAll(controls, this.#base);
  }

  /** The run is where it was: what was set meanwhile takes effect. */
  end(): void {
    setAll(this.controls, valuesOf(this.controls));
  }

  /** Sets them to what they were at a step. Returns the next step at which they were moved. */
  moveTo(step: number, controls: Controls): number {
    while (this.#done < this.#moves.length && at(this.#moves, this.#done).step <= step) {
      setAll(controls, at(this.#moves, this.#done++).values);
    }
    return this.#moves[this.#done]?.step ?? Number.POSITIVE_INFINITY;
  }
}

const valuesOf = (controls: Controls): number[] => controls.names.map((name) => controls.get(name));

function setAll(controls: Controls, values: readonly number[]): void {
  for (const [i, name] of controls.names.entries()) controls.set(name, at(values, i));
}
