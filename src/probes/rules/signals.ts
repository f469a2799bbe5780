/** Numbers that several rules read. */
import { balance } from "../balance.ts";
import { gradientFlow } from "../gradient_flow.ts";
import { lossGain } from "../loss_gain.ts";
import { sampleSpread } from "../sample_spread.ts";
import type { Reader, SiteReader, WatchedRun } from "./rule.ts";
import { output } from "./words.ts";

/**
 * Whether the discriminator rejects the generated samples: below the boundary, and behind most of the real ones, as far as
 * that is known. Where it is deceived, the loss is small because the generator has won.
 */
export function rejectsFakes(run: WatchedRun): (row: Parameters<Reader>[0]) => boolean {
  const ranked = run.column(balance, "ranked");
  const fake = run.column(balance, "logitFake");
  const { boundary } = run;
  return (row) => {
    const [share, said] = [ranked(row), fake(row)];
    if (boundary !== undefined && !Number.isNaN(said) && said >= boundary) return false;
    return Number.isNaN(share) ? !Number.isNaN(said) : share > 0.5;
  };
}

/**
 * log10 of the critic's slope at generated samples, a root of a mean over a sample's numbers: by how much its output changes
 * where they move by the data's deviation. The gradient at the generator's output is that times the loss's own gain, over
 * the batch. NaN where it is not known.
 */
export function criticSlope(run: WatchedRun): Reader {
  const batch = run.configuration?.batchSize ?? Number.NaN;
  const [gradient] = run.sites(gradientFlow, "rms").filter(({ site }) => site === output);
  const gain = run.column(lossGain, "mean");
  const deviation = run.column(sampleSpread, "deviationReal");
  return (row) => Math.log10(((gradient?.read(row) ?? Number.NaN) * batch * deviation(row)) / gain(row));
}

/** The generator's own sites with their gradients, from its output to its first layer. */
export const generatorSites = (run: WatchedRun): readonly SiteReader[] =>
  run.sites(gradientFlow, "rms").filter(({ site }) => site.startsWith("generator/"));

/** How far real samples are from generated ones and the other way round, beyond what real ones are from each other. */
export function gaps(run: WatchedRun) {
  const [toFake, toReal, apart, fakes] = (["realToFake", "fakeToReal", "realToReal", "fakeToFake"] as const).map(
    (column) => run.column(sampleSpread, column),
  ) as [Reader, Reader, Reader, Reader];
  return { toFake, toReal, apart, fakes };
}
