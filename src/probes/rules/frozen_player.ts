import { type Remedy, remedy, scale } from "../remedies.ts";
import { below, observed } from "./observed.ts";
import type { Reader, Rule, SiteReader } from "./rule.ts";
import { short } from "./words.ts";

const limits = {
  /** Largest update ratio of a network's parameters but biases; about 1e-3 is usual. */
  enter: 1e-6,
  leave: 1e-5,
  /** Rounding to f32 leaves nothing of a smaller one. */
  lost: 2 ** -24,
  lasts: 50,
} as const;

/**
 * A network's parameters stand still: even the one that moves most, by its own size. Biases don't count beside weights: they
 * begin at zero, where the smallest step is as large as they are.
 */
export const frozenPlayer: Rule = {
  name: "frozen-player",
  watch(run) {
    const byNetwork = new Map<string, Reader[]>();
    for (const { site, read } of withoutBiases(run.updates())) {
      const [network = site] = site.split("/");
      byNetwork.set(network, [...(byNetwork.get(network) ?? []), read]);
    }
    return [...byNetwork].map(([network, reads]) => ({
      site: network,
      lasts: limits.lasts,
      observe: (row) =>
        observed({ largestUpdateRatio: Math.max(...reads.map((read) => read(row))) }, ({ largestUpdateRatio }) =>
          below(largestUpdateRatio, limits.enter, limits.leave),
        ),
      severity: ({ largestUpdateRatio = 0 }) => (largestUpdateRatio < limits.lost ? "serious" : "warning"),
      tell: ({ largestUpdateRatio = 0 }) => ({
        title: `Frozen player at ${network}`,
        text:
          largestUpdateRatio === 0
            ? "no parameter of it moves at all."
            : `no parameter of it moves by more than ${short(largestUpdateRatio)} of its size in a step, where 0.001 is usual.`,
        remedies: remediesFor(network, run.configuration?.controls),
      }),
    }));
  },
};

function withoutBiases(all: readonly SiteReader[]): readonly SiteReader[] {
  const weights = all.filter(({ site }) => !site.endsWith("/bias"));
  return weights.length > 0 ? weights : all;
}

function remediesFor(network: string, controls: Readonly<Record<string, number>> = {}): Remedy[] {
  if (network !== "generator" && network !== "discriminator") return [];
  const name = `${network}LearningRate` as const;
  const advise = (text: string) => remedy("", { kind: "advice", about: network, text });
  return controls[name] === 0
    ? [advise("give it a learning rate above 0")]
    : [remedy("", scale(name, 100)), advise("move it by Adam, whose steps don't shrink with the gradient")];
}
