/** Series of a training that may go on for hours, in a bounded number of points. */

/** Points that are kept; more than a chart has pixels. */
const mostPoints = 2000;

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

  #halve(): void {
    this.#stride *= 2;
    for (const series of [this.steps, ...this.columns.values()]) {
      const kept = series.filter((_, i) => i % 2 === 0);
      series.splice(0, series.length, ...kept);
    }
  }
}
