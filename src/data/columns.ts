/** What is known of one coordinate of all samples. */
export interface Column {
  readonly mean: number;
  /** Standard deviation; 0 if all are equal. */
  readonly deviation: number;
  readonly least: number;
  readonly greatest: number;
}

/** Of values [count, dimensions] in a row, in float64. */
export function columnsOf(values: ArrayLike<number>, dimensions: number): Column[] {
  const count = values.length / dimensions;
  return Array.from({ length: dimensions }, (_, column) => {
    const at = (i: number) => values[i * dimensions + column] as number;
    let [sum, least, greatest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < count; i++) {
      sum += at(i);
      least = Math.min(least, at(i));
      greatest = Math.max(greatest, at(i));
    }
    // Rounding must not make a deviation of what is constant.
    if (least === greatest) return { mean: least, deviation: 0, least, greatest };
    const mean = sum / count;
    let squares = 0;
    for (let i = 0; i < count; i++) squares += (at(i) - mean) ** 2;
    return { mean, deviation: Math.sqrt(squares / count), least, greatest };
  });
}
