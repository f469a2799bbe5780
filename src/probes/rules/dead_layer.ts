import { lowerRates, remedy } from "../remedies.ts";
import { activationSaturation } from "../saturation.ts";
import { above, observed } from "./observed.ts";
import type { Rule, SiteReader } from "./rule.ts";
import { generatorEnd, isBounded } from "./signals.ts";
import { percent } from "./words.ts";

const limits = {
  /** Share of a layer's units that are flat in a whole batch. */
  dead: { enter: 0.4, leave: 0.3, lasts: 50 },
  /** Share of its elements that are. */
  saturated: { enter: 0.95, leave: 0.9, lasts: 50 },
} as const;

/** Most of a layer lets no gradient through: units that are flat for every sample, or all but few elements. */
export const deadLayer: Rule = {
  name: "dead-layer",
  watch(run) {
    // An activation at the generator's end may well be flat: black background is. Of one with ends it is another ailment.
    const end = generatorEnd(run);
    const inner = (sites: readonly SiteReader[]) => sites.filter(({ site }) => site !== end && !isBounded(site));
    const saturated = new Map(run.sites(activationSaturation, "saturated").map(({ site, read }) => [site, read]));
    return inner(run.sites(activationSaturation, "dead")).map(({ site, read }) => ({
      site,
      lasts: limits.dead.lasts,
      observe: (row) =>
        observed(
          { deadShare: read(row), saturatedShare: saturated.get(site)?.(row) ?? 0 },
          ({ deadShare, saturatedShare }) => {
            const { dead, saturated } = limits;
            const [isDead, isFlat] = [
              above(deadShare, dead.enter, dead.leave),
              above(saturatedShare, saturated.enter, saturated.leave),
            ];
            if (isDead || isFlat) return true;
            return isDead === false && isFlat === false ? false : undefined;
          },
        ),
      severity: ({ deadShare = 0 }) => (deadShare > 0.9 ? "serious" : "warning"),
      tell: ({ deadShare = 0, saturatedShare = 0 }) => ({
        title: `Dead layer at ${site}`,
        text:
          `${percent(deadShare)} of its units let no gradient through for any sample of a batch, and ` +
          `${percent(saturatedShare)} of its elements are flat.`,
        remedies: [
          remedy("before more units die", ...lowerRates),
          remedy("", {
            kind: "advice",
            about: site.startsWith("generator") ? "generator" : "discriminator",
            text: "use leaky rectifiers, or normalise what comes to its activations",
          }),
        ],
      }),
    }));
  },
};
