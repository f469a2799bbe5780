import type { Engine } from "../engine/engine.ts";
import { describe, positive } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { assertMetric } from "./statistics/samples.ts";

/** How far apart two normal distributions are, and what a perfect discriminator leaves of the generator's gradient. */
export interface GaussianDivergences {
  /** KL(P_r || P_g) in nats: mu^2 / 2. */
  readonly kl: number;
  /** KL(P_g || P_r) in nats, the same here. */
  readonly reverseKl: number;
  /** Jensen-Shannon divergence in nats, from 0 to log 2. */
  readonly jensenShannon: number;
  /** log10(log 2 - JS): how close it is to its ceiling, computed without that difference. */
  readonly log10JensenShannonGap: number;
  /** The cost of moving one onto the other: mu. Its gradient is 1 at any distance. */
  readonly wasserstein1: number;
  /** log10 |d E log(1 - D*(g)) / d mu| of the minimax generator, log10(mu E_g sigmoid(a)). */
  readonly log10Saturating: number;
  /** |d E -log D*(g) / d mu| of the non-saturating generator, mu E_g sigmoid(-a). */
  readonly nonSaturating: number;
}

/** A trapezoidal rule with steps that f32 holds exactly; both ends are 8 standard deviations beyond either mean. */
const largestMu = 32;
const stepsAside = 4096;
const step = (largestMu / 2 + 8) / stepsAside;

/**
 * The example of Arjovsky and Bottou 2017 (section 2) in closed form: real samples P_r = N(0, 1), generated ones
 * P_g = N(mu, 1), and the optimal discriminator, whose logit is a(x) = log P_r(x) / P_g(x) = mu^2 / 2 - mu x. As mu grows,
 * the divergences that GANs were derived from stop to depend on it, and the gradient of the saturating generator falls as
 * exp(-mu^2 / 8), below what f32 holds from mu = 26 on; the Wasserstein distance keeps its slope.
 *
 * Computed on the GPU in f32, by quadrature over u = x - mu / 2, where a = -mu u and
 *
 *   P_r = phi(u + mu / 2) = exp(-mu^2 / 8) phi(u) exp(-mu u / 2)        P_g = exp(-mu^2 / 8) phi(u) exp(mu u / 2)
 *
 * What underflows has its peak at u = 0 in this variable: the first factor is taken out, and the rest summed in the log
 * domain. One set of kernels serves every mu. Relative errors are below 1e-5 for mu from 0.5 on.
 *
 * @param mu distance of the means in standard deviations, above 0 and at most 32.
 * @throws OptionError for a mu out of range.
 */
export async function gaussianDivergences(engine: Engine, mu: number): Promise<GaussianDivergences> {
  assertMetric("gaussianDivergences", engine, {}, {});
  if (!(positive.is(mu) && mu <= largestMu)) {
    throw new OptionError(
      `gaussianDivergences: mu is ${describe(mu)}; give a distance above 0 and of at most ${largestMu}.`,
    );
  }
  const integrals = Object.entries(integralsOf(engine.tensor([mu])));
  const values = await engine.evaluate(integrals.map(([, { node }]) => node));
  return Object.fromEntries(integrals.map(([name], i) => [name, values[i]?.[0] as number])) as Record<
    keyof GaussianDivergences,
    number
  >;
}

function integralsOf(mu: Tensor): Readonly<Record<keyof GaussianDivergences, Tensor>> {
  const u = Tensor.arange(2 * stepsAside + 1)
    .cast("f32")
    .sub(stepsAside)
    .mul(step);
  const half = mu.mul(0.5);
  const a = u.mul(mu).neg();
  const real = normalDensity(u.add(half));
  const generated = normalDensity(u.sub(half));

  // log P_g without its factor exp(-mu^2 / 8).
  const logGenerated = logNormalDensity(u).sub(a.mul(0.5));
  const logFactor = half.square().mul(-0.5);
  const log10OfIntegral = (logRest: Tensor) => logIntegral(logRest).add(logFactor).mul(Math.LOG10E);

  return {
    kl: integral(real.mul(a)),
    reverseKl: integral(generated.mul(a.neg())),
    jensenShannon: integral(real.mul(logTwice(a)).add(generated.mul(logTwice(a.neg())))).mul(0.5),
    // log 2 - JS is E_r softplus(-a) / 2 + E_g softplus(a) / 2, and both halves are equal.
    log10JensenShannonGap: log10OfIntegral(logGenerated.add(a.softplus().log())),
    wasserstein1: integral(
      cumulative(u.add(half))
        .sub(cumulative(u.sub(half)))
        .abs(),
    ),
    log10Saturating: log10OfIntegral(logGenerated.add(a.logSigmoid())).add(mu.log().mul(Math.LOG10E)),
    nonSaturating: integral(generated.mul(a.neg().sigmoid())).mul(mu),
  };
}

/** log(2 sigmoid(a)). */
const logTwice = (a: Tensor) => a.logSigmoid().add(Math.LN2);

const logNormalDensity = (x: Tensor) =>
  x
    .square()
    .mul(-0.5)
    .sub(0.5 * Math.log(2 * Math.PI));
const normalDensity = (x: Tensor) => logNormalDensity(x).exp();
const cumulative = (x: Tensor) => x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);

const integral = (values: Tensor) => values.sum(0).mul(step);
const logIntegral = (logarithms: Tensor) => logarithms.logSumExp(0).add(Math.log(step));
