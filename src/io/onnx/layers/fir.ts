/** A filter along one axis, as a convolution that strides or a transposed one has it: nothing is negative. */
export interface Fir {
  readonly taps: readonly number[];
  readonly before: number;
  readonly after: number;
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/**
 * `factor` times fewer pixels: y[j] = sum over k of taps[k] x[j factor + k - before], floor(size / factor) of them. What would be
 * a negative padding, zeros among the taps are.
 */
export function filtered(taps: readonly number[], size: number, factor: number): Fir {
  const before = Math.floor((taps.length + 1 - factor) / 2);
  const late = [...zeros(Math.max(-before, 0)), ...taps];
  const first = Math.max(before, 0);
  const missing = (Math.floor(size / factor) - 1) * factor + late.length - size - first;
  return { taps: [...late, ...zeros(Math.max(-missing, 0))], before: first, after: Math.max(missing, 0) };
}

/**
 * `factor` times more pixels: y[j] = factor times the sum over i of x[i] taps[i factor - j + before]. A transposed convolution
 * puts its taps the other way round, and cuts off what its padding says.
 */
export function spread(taps: readonly number[], size: number, factor: number): Fir {
  const before = Math.floor((taps.length + factor - 1) / 2);
  const cut = taps.length - 1 - before;
  const scaled = taps.map((tap) => tap * factor).reverse();
  const late = [...zeros(Math.max(-cut, 0)), ...scaled];
  const first = Math.max(cut, 0);
  const rest = (size - 1) * factor + late.length - first - size * factor;
  return { taps: [...late, ...zeros(Math.max(-rest, 0))], before: first, after: Math.max(rest, 0) };
}
