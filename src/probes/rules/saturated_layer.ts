import { lowerRates, remedy } from "../remedies.ts";
import { activationSaturation } from "../saturation.ts";
import { above, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { generatorEnd, isBounded } from "./signals.ts";
import { percent } from "./words.ts";

/** Share of a layer's elements that are flat. */
const limits = { enter: 0.8, leave: 0.7, lasts: 50 } as const;

/** Most of a layer of tanh or sigmoid is at its ends, where it is flat: what comes to it is too large. */
export const saturatedLayer: Rule = {
  name: "saturated-layer",
  watch(run) {
    const end = generatorEnd(run);
    return run
      .sites(activationSaturation, "saturated")
      .filter(({ site }) => site !== end && isBounded(site))
      .map(({ site, read }) => ({
        site,
        lasts: limits.lasts,
        observe: (row) =>
          observed({ saturatedShare: read(row) }, ({ saturatedShare }) =>
            above(saturatedShare, limits.enter, limits.leave),
          ),
        severity: ({ saturatedShare = 0 }) => (saturatedShare > 0.95 ? "serious" : "warning"),
        tell: ({ saturatedShare = 0 }) => {
          const network = site.startsWith("generator") ? "generator" : "discriminator";
          const advise = (text: string) => remedy("", { kind: "advice", about: network, text });
          return {
            title: `Saturated layer at ${site}`,
            text: `${percent(saturatedShare)} of its elements are at the ends of the activation, where it is flat.`,
            remedies: [
              remedy("", ...lowerRates),
              advise("normalise what comes to its activations, or draw its first weights smaller"),
              advise("use activations that don't end, such as leaky rectifiers"),
            ],
          };
        },
      }));
  },
};
