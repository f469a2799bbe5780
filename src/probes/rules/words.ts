/** How findings say numbers. */

/** The site at which the losses meet the discriminator. */
export const logit = "discriminator/logit";

/** The site at which the critic's gradient enters the generator. */
export const output = "generator/output";

/** Why several remedies help. */
export const staysUnsure = "so that the discriminator stays unsure";

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

/** Two digits. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e4 || size < 1e-3)) return `10^${Math.log10(size).toFixed(1)}`;
  return String(Number(value.toPrecision(2)));
}
