import { addR1, lessMomentum, lowerRates, type Remedy, remedy } from "../remedies.ts";
import { sampleSpread } from "../sample_spread.ts";
import { above, fresh, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { output, short } from "./words.ts";

const limits = {
  /** How far the mean generated sample swings about its own mean, in the data's deviations. */
  enter: 0.33,
  leave: 0.23,
  lasts: 80,
} as const;

/** Steps in which the means forget, and before which a run has seen no swing but its first. */
const memory = 120;
const earliest = 200;
/** Steps in which a batch's own chance is evened out, before a swing is looked for. */
const smoothing = 5;
/** So many times what is left of that chance is taken off: a mean square over few batches may well be larger than it should. */
const chanceShare = 3;
/** One that overshoots, and then comes to where it stays, has been on both sides too: a swing goes back. */
const leastTurns = 2;
/** Numbers of the mean sample that are followed. */
const followed = [0, 1, 2, 3];

const remedies: readonly Remedy[] = [
  remedy("", ...lowerRates),
  remedy("which turns less", lessMomentum),
  remedy("which damps the circle", addR1),
  remedy("which looks ahead", { kind: "play", name: "extragradient" }),
];

/**
 * Samples swing about the data together: both players follow each other in circles. A mean sample that only moves on to
 * where it should be swings to one side alone, and is none; what a batch's chance moves it by is taken off.
 */
export const oscillation: Rule = {
  name: "oscillation",
  watch(run) {
    const means = followed.map((index) => run.column(sampleSpread, "mean", index));
    const [real, fake] = [run.column(sampleSpread, "deviationReal"), run.column(sampleSpread, "deviationFake")];
    const batch = run.configuration?.batchSize ?? Number.POSITIVE_INFINITY;
    const seen = run.keep("seen", [-1, 0]);
    const [smooth, mid, up, down, side, turns] = (["smooth", "mid", "up", "down", "side", "turns"] as const).map(
      (name) =>
        run.keep(
          name,
          followed.map(() => 0),
        ),
    ) as [number[], number[], number[], number[], number[], number[]];
    return [
      {
        site: output,
        lasts: limits.lasts,
        observe(row) {
          const [unit, own] = [real(row), fake(row)];
          const values = means.map((read) => read(row) / unit);
          if (values.some((value) => !Number.isFinite(value))) return undefined;
          const [last = -1, total = 0] = seen;
          const steps = last < 0 ? Number.POSITIVE_INFINITY : row.step - last;
          seen[0] = row.step;
          seen[1] = last < 0 ? 0 : total + steps;
          const [quick, share] = [fresh(steps, smoothing), fresh(steps, memory)];
          let swing = 0;
          for (const [i, value] of values.entries()) {
            smooth[i] = (smooth[i] ?? 0) + quick * (value - (smooth[i] ?? 0));
            const off = (smooth[i] ?? 0) - (mid[i] ?? 0);
            // The first one is where the mean begins.
            const square = last < 0 ? 0 : off ** 2;
            mid[i] = (mid[i] ?? 0) + share * off;
            up[i] = (up[i] ?? 0) + share * ((off > 0 ? square : 0) - (up[i] ?? 0));
            down[i] = (down[i] ?? 0) + share * ((off > 0 ? 0 : square) - (down[i] ?? 0));
            if (Math.abs(off) > limits.leave / 2 && Math.sign(off) !== side[i]) {
              turns[i] = (turns[i] ?? 0) + (side[i] === 0 ? 0 : 1);
              side[i] = Math.sign(off);
            }
            if ((turns[i] ?? 0) >= leastTurns) swing = Math.max(swing, 2 * Math.min(up[i] ?? 0, down[i] ?? 0));
          }
          // The variance of a batch's mean, and what is left of it.
          const chance = ((own / unit) ** 2 / batch) * (quick / (2 - quick));
          const isEarly = (seen[1] ?? 0) < earliest;
          return observed({ swing: Math.sqrt(Math.max(swing - chanceShare * chance, 0)) }, ({ swing }) =>
            isEarly ? undefined : above(swing, limits.enter, limits.leave),
          );
        },
        tell: ({ swing = 0 }) => ({
          title: "Oscillation",
          text: `the mean of the generated samples swings by ${short(swing)} deviations of the data, about where it was.`,
          remedies,
        }),
      },
    ];
  },
};
