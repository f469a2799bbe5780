/** What closed forms of losses are written with. */

export const softplus = (a: number) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
export const sigmoid = (a: number) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));
export const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

export function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0));
}

/** A number, and the size that rounding errors are relative to: larger than itself where terms cancel. */
export interface Quantity {
  readonly value: number;
  readonly scale: number;
}

export const exact = (value: number): Quantity => ({ value, scale: Math.abs(value) });

export const sum = (...terms: readonly number[]): Quantity => ({
  value: terms.reduce((total, term) => total + term, 0),
  scale: terms.reduce((total, term) => total + Math.abs(term), 0),
});

/** log |q|, which keeps as many digits as q has left. */
export function logOf({ value, scale }: Quantity): Quantity {
  const log = Math.log(Math.abs(value));
  return { value: log, scale: value === 0 ? 0 : Math.max(Math.abs(log), scale / Math.abs(value)) };
}

/** Both sides of a game on a batch of real and one of generated samples, by their logits. */
export interface ClosedForm {
  readonly discriminator: (real: readonly number[], fake: readonly number[]) => Quantity;
  /** Slopes, a sample, times the number of samples of that kind. */
  readonly realSlopes: (real: readonly number[], fake: readonly number[]) => readonly Quantity[];
  readonly fakeSlopes: (real: readonly number[], fake: readonly number[]) => readonly Quantity[];
  readonly generator: (fake: readonly number[], real: readonly number[]) => Quantity;
  readonly generatorSlopes: (fake: readonly number[], real: readonly number[]) => readonly Quantity[];
  readonly logGains: (fake: readonly number[], real: readonly number[]) => readonly Quantity[];
  /** Whether samples meet in it: then logits of hundreds are subtracted, and slopes keep what that leaves of their digits. */
  readonly isCoupled: boolean;
}

type OfLogit = (a: number) => Quantity;

/** The shares of single samples in the losses, and their slopes. */
export interface SampleForm {
  readonly real: OfLogit;
  readonly realSlope: OfLogit;
  readonly fake: OfLogit;
  readonly fakeSlope: OfLogit;
  readonly generator: OfLogit;
  readonly generatorSlope: OfLogit;
  readonly logGain: OfLogit;
}

/** A loss whose sides are means over samples. */
export const perSample = (form: SampleForm): ClosedForm => ({
  discriminator: (real, fake) => plus(meanOf(real.map(form.real)), meanOf(fake.map(form.fake))),
  realSlopes: (real) => real.map(form.realSlope),
  fakeSlopes: (_, fake) => fake.map(form.fakeSlope),
  generator: (fake) => meanOf(fake.map(form.generator)),
  generatorSlopes: (fake) => fake.map(form.generatorSlope),
  logGains: (fake) => fake.map(form.logGain),
  isCoupled: false,
});

export const meanOf = (quantities: readonly Quantity[]): Quantity => ({
  value: mean(quantities.map(({ value }) => value)),
  scale: mean(quantities.map(({ scale }) => scale)),
});

const plus = (a: Quantity, b: Quantity): Quantity => ({ value: a.value + b.value, scale: a.scale + b.scale });

/** A game of logits on which the losses are compared with their closed forms. */
export interface LogitBatch {
  readonly name: string;
  readonly real: readonly number[];
  readonly fake: readonly number[];
}

const count = 128;
const ramp = Array.from({ length: count }, (_, i) => (400 * i) / (count - 1) - 200);
const landmarks = [1e-6, 1e-3, 0.1, 0.5, 1, 2.5, 8.3, 16.7, 33, 87.5, 103.5, 200, 1e4].flatMap((a) => [-a, a]);
const wide = [...ramp.slice(0, count - landmarks.length), ...landmarks].map(Math.fround);
const spread = (centre: number) => Array.from({ length: count }, (_, i) => centre + ((i * 37) % count) / 64 - 1);

/** All of one size, so that one graph serves them; all logits are f32. */
export const logitBatches: readonly LogitBatch[] = [
  { name: "of both kinds from -200 to 200, and far beyond", real: [...wide].reverse(), fake: wide },
  ...[0, 3, 20, 60, 100].flatMap((gap) => [
    { name: `that D tells apart by ${2 * gap}`, real: spread(gap), fake: spread(-gap).reverse() },
    { name: `that D confuses by ${2 * gap}`, real: spread(-gap), fake: spread(gap).reverse() },
  ]),
];
