/**
 * Two normal distributions, N(0, 1) of the data and N(mu, 1) of the generator, with the best discriminator between them
 * (Arjovsky and Bottou 2017, section 2): how fast each loss's gradient leaves a generator that is far away.
 */
import type { Engine } from "../../src/engine/engine.ts";
import { type GaussianDivergences, gaussianDivergences } from "../../src/metrics/gaussian_divergences.ts";
import { sigmoid, softplus } from "../../tests/reference/losses/closed_forms_kit.ts";
import { type Certificate, relative } from "./certificate.ts";

const distances = [1, 2, 3, 5, 8, 10, 15, 20, 30];

/** The mean over generated samples x of a function of D's logit mu^2 / 2 - mu x, by the trapezium rule in float64. */
function meanOfGenerated(mu: number, f: (logit: number) => number): number {
  const [from, to, width] = [-12, mu + 12, 1 / 256];
  let total = 0;
  for (let x = from; x <= to; x += width) total += Math.exp(-((x - mu) ** 2) / 2) * f(mu ** 2 / 2 - mu * x);
  return (total * width) / Math.sqrt(2 * Math.PI);
}

type Measure = Readonly<Partial<Record<keyof GaussianDivergences, (mu: number) => number>>>;

const expected: Measure = {
  kl: (mu) => mu ** 2 / 2,
  wasserstein1: (mu) => mu,
  jensenShannon: (mu) => Math.LN2 - meanOfGenerated(mu, softplus),
  log10Saturating: (mu) => Math.log10(mu * meanOfGenerated(mu, sigmoid)),
  nonSaturating: (mu) => mu * meanOfGenerated(mu, (a) => sigmoid(-a)),
};

const against: Readonly<Partial<Record<keyof GaussianDivergences, string>>> = { kl: "mu^2 / 2", wasserstein1: "mu" };

export async function certifyGaussian(engine: Engine): Promise<readonly Certificate[]> {
  const certificates: Certificate[] = [];
  for (const mu of distances) {
    const found = await gaussianDivergences(engine, mu);
    for (const [name, of] of Object.entries(expected) as [keyof GaussianDivergences, (mu: number) => number][]) {
      certificates.push(
        relative({
          name: `${name}, mu = ${mu}`,
          against: against[name] ?? "float64 quadrature",
          expected: of(mu),
          found: found[name],
          tolerance: 1e-5,
        }),
      );
    }
  }
  return certificates;
}
