import { type Remedy, remedy, scale } from "../remedies.ts";
import { below, observed } from "./observed.ts";
import type { Reader, Rule, SiteReader } from "./rule.ts";
import { short } from "./words.ts";

const limits = {
  /** Update ratio of the middle one of a network's parameters but biases; about 1e-3 is usual. */
  enter: 1e-6,
  leave: 1e-5,
  /** Rounding to f32 leaves nothing of a smaller one. */
  lost: 2 ** -24,
  lasts: 120,
} as const;

/**
 * A network's parameters stand still, by their own size: most of them, since a last layer of small weights may seem to move. Biases
 * don't count beside weights: they begin at zero, where the smallest step is as large as they are.
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
        observed({ updateRatio: middle(reads.map((read) => read(row))) }, ({ updateRatio }) =>
          below(updateRatio, limits.enter, limits.leave),
        ),
      severity: ({ updateRatio = 0 }) => (updateRatio < limits.lost ? "serious" : "warning"),
      tell: ({ updateRatio = 0 }) => ({
        title: `Frozen player at ${network}`,
        text:
          updateRatio === 0
            ? "its parameters do not move at all."
            : `most of its parameters move by no more than ${short(updateRatio)} of their size in a step, where 0.001 is usual.`,
        remedies: remediesFor(network, run.configuration?.controls),
      }),
    }));
  },
};

/** The upper one of two. */
const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

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
