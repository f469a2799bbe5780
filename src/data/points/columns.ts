import { at } from "../../errors/at.ts";
import { type Advice, remedy } from "../../probes/remedies.ts";
import type { SampleScale } from "../source.ts";

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
    const value = (i: number) => at(values, i * dimensions + column);
    let [sum, least, greatest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < count; i++) {
      sum += value(i);
      least = Math.min(least, value(i));
      greatest = Math.max(greatest, value(i));
    }
    // Rounding must not make a deviation of what is constant.
    if (least === greatest) return { mean: least, deviation: 0, least, greatest };
    const mean = sum / count;
    let squares = 0;
    for (let i = 0; i < count; i++) squares += (value(i) - mean) ** 2;
    return { mean, deviation: Math.sqrt(squares / count), least, greatest };
  });
}

/** Largest ratio of standard deviations that goes without a word. */
const mostSpread = 20;

const short = (value: number) => String(Number(value.toPrecision(3)));

/** Advice on coordinates of which some are much smaller than others: networks hardly see those. */
export function adviceOnScales(name: string, columns: readonly Column[]): Advice | undefined {
  const deviations = columns.map(({ deviation }) => deviation).filter(Boolean);
  const [least, most] = [Math.min(...deviations), Math.max(...deviations)];
  if (!(most > mostSpread * least)) return undefined;
  return {
    problem:
      `The coordinates of "${name}" have standard deviations from ${short(least)} to ${short(most)}, a ratio of ` +
      `${short(most / least)}: the small ones hardly count.`,
    remedies: [remedy("", { kind: "advice", about: "data", text: "use data.points({ values, standardise: true })" })],
  };
}

/** Each coordinate minus its mean, by its standard deviation; a constant one is moved to 0. */
export function standardScale(columns: readonly Column[]): SampleScale {
  const [offset, factor] = [columns.map(({ mean }) => mean), columns.map(({ deviation }) => deviation || 1)];
  return {
    toNetworks: (engine, samples) => samples.sub(engine.tensor([offset])).div(engine.tensor([factor])),
    toOwnUnits: (engine, samples) => samples.mul(engine.tensor([factor])).add(engine.tensor([offset])),
    affine: { factor, offset },
  };
}
