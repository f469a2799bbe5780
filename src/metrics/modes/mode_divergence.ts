import { at } from "../../errors/at.ts";
import { array, assertKind } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";

/**
 * How far the histogram p of generated samples over the modes is from the true shares q. It says nothing about samples
 * that belong to no mode: read it together with the share of high-quality samples.
 */

/**
 * Total variation distance, 1/2 sum |p - q|: 0 for equal shares, 1 - q_k if only mode k is left. 1 if nothing was counted.
 *
 * @param counts samples of each mode.
 * @param weights true shares, of any sum; equal ones if left out.
 * @throws OptionError for negative or infinite numbers, or weights that don't match.
 */
export function modeTotalVariation(counts: ArrayLike<number>, weights?: ArrayLike<number>): number {
  const { p, q } = shares("modeTotalVariation", counts, weights);
  return p ? p.reduce((sum, share, k) => sum + Math.abs(share - at(q, k)), 0) / 2 : 1;
}

/**
 * Reverse Kullback-Leibler divergence KL(p || q) = sum p log(p / q) in nats: 0 for equal shares, log(modes) if only one of
 * equally frequent modes is left. Infinity if nothing was counted. VEEGAN and PacGAN report it.
 *
 * @param counts samples of each mode.
 * @param weights true shares, of any sum; equal ones if left out.
 * @throws OptionError for negative or infinite numbers, or weights that don't match.
 */
export function modeReverseKl(counts: ArrayLike<number>, weights?: ArrayLike<number>): number {
  const { p, q } = shares("modeReverseKl", counts, weights);
  if (!p) return Number.POSITIVE_INFINITY;
  return p.reduce((sum, share, k) => sum + (share === 0 ? 0 : share * Math.log(share / at(q, k))), 0);
}

/**
 * Kullback-Leibler divergence KL(q || p) = sum q log(q / p) in nats, which punishes what is missing: Infinity as soon as one
 * mode has no sample.
 *
 * @param counts samples of each mode.
 * @param weights true shares, of any sum; equal ones if left out.
 * @throws OptionError for negative or infinite numbers, or weights that don't match.
 */
export function modeForwardKl(counts: ArrayLike<number>, weights?: ArrayLike<number>): number {
  const { p, q } = shares("modeForwardKl", counts, weights);
  return p ? q.reduce((sum, share, k) => sum + share * Math.log(share / at(p, k)), 0) : Number.POSITIVE_INFINITY;
}

function shares(
  where: string,
  counts: ArrayLike<number>,
  weights?: ArrayLike<number>,
): { readonly p: readonly number[] | undefined; readonly q: readonly number[] } {
  assertKind(where, "counts", counts, array);
  if (weights !== undefined) assertKind(where, "weights", weights, array);
  const list = Array.from(counts);
  const truth = weights !== undefined ? Array.from(weights) : list.map(() => 1);
  if (list.length === 0 || list.some((count) => !Number.isFinite(count) || count < 0)) {
    throw new OptionError(`${where}: counts [${list.join(", ")}]; give finite numbers of at least 0, one a mode.`);
  }
  if (truth.length !== list.length || truth.some((weight) => !Number.isFinite(weight) || weight <= 0)) {
    throw new OptionError(
      `${where}: weights [${truth.join(", ")}] for ${list.length} modes; give finite numbers above 0, one a mode.`,
    );
  }
  return { p: normalise(list), q: normalise(truth) as number[] };
}

function normalise(values: readonly number[]): number[] | undefined {
  const total = values.reduce((sum, value) => sum + value, 0);
  return total > 0 ? values.map((value) => value / total) : undefined;
}
