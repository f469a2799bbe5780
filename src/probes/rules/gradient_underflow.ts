import { gradientFlow } from "../gradient_flow.ts";
import { remedy } from "../remedies.ts";
import { activationSaturation } from "../saturation.ts";
import { below, observed } from "./observed.ts";
import type { Rule, SiteReader, Watch, WatchedRun } from "./rule.ts";
import { generatorSites, rejectsFakes } from "./signals.ts";
import { factor, logit } from "./words.ts";

/** Gradient at a network's first layer over that at its output, as log10. */
const limits = { enter: -24, leave: -12, lasts: 50 } as const;
/** Of a layer with more dead units than this, it is no wonder that no gradient comes through. */
const mostDead = 0.9;

/** A gradient that is there at a network's end is gone, or nearly so, at its first layer: f32 ends at 1e-38. */
export const gradientUnderflow: Rule = {
  name: "gradient-underflow",
  severity: "serious",
  watch(run) {
    const own = generatorSites(run);
    const judge = run
      .sites(gradientFlow, "rms", "discriminator")
      .filter(({ site }) => site.startsWith("discriminator/"));
    return [...between(run, "generator", own[0], own.at(-1)), ...between(run, "discriminator", judge[0], judge.at(-1))];
  },
};

function between(
  run: WatchedRun,
  network: "generator" | "discriminator",
  end?: SiteReader,
  first?: SiteReader,
): Watch[] {
  if (!end || !first || end === first) return [];
  const rejects = rejectsFakes(run);
  const dead = run.sites(activationSaturation, "dead").filter(({ site }) => site.startsWith(`${network}/`));
  return [
    {
      site: first.site,
      lasts: limits.lasts,
      observe(row) {
        const [from, to] = [end.read(row), first.read(row)];
        // Where the loss itself gives none, nothing is lost on the way.
        if (from === 0) return rejects(row) ? undefined : { shows: false, numbers: {} };
        if (dead.some(({ read }) => read(row) > mostDead)) return undefined;
        return observed({ remainingLog10: Math.log10(to / from) }, ({ remainingLog10 }) =>
          below(remainingLog10, limits.enter, limits.leave),
        );
      },
      tell: ({ remainingLog10 = 0 }) => ({
        title: `Gradient underflow at ${first.site}`,
        text: `of the gradient at ${end.site === logit ? "the logits" : "the network's output"}, ${factor(remainingLog10)} is left there.`,
        remedies: [
          remedy("", { kind: "advice", about: network, text: "give it rectifiers or SELU, or residual blocks" }),
          remedy("", {
            kind: "advice",
            about: network,
            text: "draw its first weights larger, or normalise between layers",
          }),
          remedy("", { kind: "advice", about: network, text: "make it less deep" }),
        ],
      }),
    },
  ];
}
