/** Functions that JavaScript lacks or whose textbook form breaks down at the ends, to the last digits of a float64. */

export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

/** Kummer's series, all of whose terms have one sign, up to 2.5; the continued fraction of erfc beyond. */
export function erf(x: number): number {
  const a = Math.abs(x);
  const value = a < 2.5 ? erfSeries(a) : 1 - erfcFraction(a);
  return x < 0 ? -value : value;
}

/** 2/sqrt(pi) exp(-a^2) times the sum of 2^n a^(2n+1) / (2n+1)!! */
function erfSeries(a: number): number {
  let term = a;
  let sum = a;
  for (let n = 1; term > 1e-18 * sum; n++) {
    term *= (2 * a * a) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a) * sum;
}

/** exp(-a^2)/sqrt(pi) / (a + (1/2) / (a + (2/2) / (a + (3/2) / ...))) */
function erfcFraction(a: number): number {
  let tail = 0;
  for (let k = 80; k >= 1; k--) tail = k / 2 / (a + tail);
  return Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + tail);
}

/** 0 for zero and denormals, 127 for 1 to 2, 255 for infinity and NaN. */
export function exponentBits(x: number): number {
  return (new Uint32Array(Float32Array.of(x).buffer)[0]! >>> 23) & 0xff;
}

/** As C and NumPy have it, 1 to the power of NaN is 1; JavaScript says NaN. */
export const pow = (x: number, y: number): number => (x === 1 ? 1 : x ** y);
