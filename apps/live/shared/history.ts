/** Series of a training that may go on for hours, in a bounded number of points. */

/** Points that are kept; more than a chart has pixels. */
const mostPoints = 2000;

/** A history as numbers, to go on from. */
export interface KeptHistory {
  readonly steps: readonly number[];
  readonly columns: ReadonlyMap<string, readonly number[]>;
  /** Rows from one that is taken to the next, and how many were offered. */
  readonly stride: number;
  readonly seen: number;
}

/** Columns over steps. When there are too many rows, every second one goes, and so it goes on from there. */
export class History {
  readonly steps: number[] = [];
  readonly columns = new Map<string, number[]>();
  #stride = 1;
  #seen = 0;

  /** Takes a row, or leaves it out if rows have become sparse. Every row has the columns of the first one. */
  push(step: number, values: Iterable<readonly [name: string, value: number]>): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.steps.push(step);
    for (const [name, value] of values) {
      const column = this.columns.get(name);
      if (column) column.push(value);
      else this.columns.set(name, [value]);
    }
    if (this.steps.length >= mostPoints) this.#halve();
  }

  get(name: string): readonly number[] {
    return this.columns.get(name) ?? [];
  }

  get kept(): KeptHistory {
    return { steps: this.steps, columns: this.columns, stride: this.#stride, seen: this.#seen };
  }

  /** Goes on from another one. */
  restore({ steps, columns, stride, seen }: KeptHistory): void {
    this.steps.splice(0, this.steps.length, ...steps);
    this.columns.clear();
    for (const [name, values] of columns) this.columns.set(name, [...values]);
    this.#stride = stride;
    this.#seen = seen;
  }

  #halve(): void {
    this.#stride *= 2;
    for (const series of [this.steps, ...this.columns.values()]) {
      const kept = series.filter((_, i) => i % 2 === 0);
      series.splice(0, series.length, ...kept);
    }
  }
}
