import { remedy } from "../remedies.ts";
import { sampleSpread } from "../sample_spread.ts";
import { above, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { generatorEnd, reachOf } from "./signals.ts";
import { short } from "./words.ts";

/** How far the data goes beyond what the generator can make, in the data's deviations. */
const limits = { enter: 0.1, leave: 0.05, lasts: 20 } as const;

/** The generator ends in an activation that keeps within limits, and the data does not. */
export const dataOutOfRange: Rule = {
  name: "data-out-of-range",
  severity: "serious",
  watch(run) {
    const site = generatorEnd(run);
    const reach = site === undefined ? undefined : reachOf(site);
    if (site === undefined || !reach) return [];
    const [from, to] = reach;
    const [least, greatest] = [run.column(sampleSpread, "least"), run.column(sampleSpread, "greatest")];
    const deviation = run.column(sampleSpread, "deviationReal");
    return [
      {
        site,
        lasts: limits.lasts,
        observe: (row) =>
          observed(
            {
              dataLeast: least(row),
              dataGreatest: greatest(row),
              beyond: Math.max(from - least(row), greatest(row) - to, 0) / deviation(row),
              from,
              to,
            },
            ({ beyond }) => above(beyond, limits.enter, limits.leave),
          ),
        tell: ({ dataLeast = 0, dataGreatest = 0, beyond = 0 }) => ({
          title: `Data out of range at ${site}`,
          text:
            `the generator can make numbers from ${short(from)} to ${short(to)}, and the data has some from ${short(dataLeast)} to ` +
            `${short(dataGreatest)}, up to ${short(beyond)} deviations beyond.`,
          remedies: [
            remedy("", { kind: "advice", about: "generator", text: "end the generator in a linear layer" }),
            remedy("", { kind: "advice", about: "data", text: "scale the data to what the generator can make" }),
          ],
        }),
      },
    ];
  },
};
