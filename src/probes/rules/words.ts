/** How findings say numbers. */

/** The site at which the losses meet the discriminator. */
export const logit = "discriminator/logit";

/** Why several remedies help. */
export const staysUnsure = "so that the discriminator stays unsure";

export function last(values: readonly number[]): number {
  return values[values.length - 1] ?? Number.NaN;
}

/** A share of a whole, to a tenth of a percent, or to a whole one. */
export function percent(share: number, parts = 10): string {
  const percent = Math.round(100 * parts * share) / parts;
  return percent === 100 ? "all" : percent === 0 ? "none" : `${percent} %`;
}

/** A factor given as its log10: a share where that reads well. */
export function factor(log10: number): string {
  if (log10 === Number.NEGATIVE_INFINITY) return "nothing";
  return Math.abs(log10) < 2 ? percent(10 ** log10, 1) : `10^${log10.toFixed(1)}`;
}
