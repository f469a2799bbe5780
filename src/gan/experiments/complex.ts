/** A complex number. */
export type Complex = readonly [re: number, im: number];

export const magnitude = ([re, im]: Complex): number => Math.hypot(re, im);
export const conjugate = ([re, im]: Complex): Complex => [re, -im];
export const plus = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
export const minus = ([a, b]: Complex, [c, d]: Complex): Complex => [a - c, b - d];
export const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
export const scaled = ([a, b]: Complex, by: number): Complex => [a * by, b * by];

/** a / b, for a b that is not zero. */
export function over(a: Complex, b: Complex): Complex {
  // Both parts of b by the same power, so that its square neither overflows nor vanishes.
  const size = magnitude(b);
  const unit = scaled(b, 1 / size);
  return scaled(times(a, conjugate(unit)), 1 / size);
}

/** The square root whose real part is not negative. */
export function squareRoot([re, im]: Complex): Complex {
  const size = Math.hypot(re, im);
  const real = Math.sqrt((size + re) / 2);
  const imaginary = Math.sqrt(Math.max(0, size - re) / 2);
  return [real, im < 0 ? -imaginary : imaginary];
}
