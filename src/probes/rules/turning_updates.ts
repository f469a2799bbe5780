import type { Remedy } from "../remedies.ts";
import { updateDirection } from "../update_direction.ts";
import { above, allShow, observed } from "./observed.ts";
import type { Watch, WatchedRun } from "./rule.ts";
import { gaps } from "./signals.ts";
import { short } from "./words.ts";

const limits = {
  /** Cosine of successive updates of the discriminator. */
  cosine: { enter: 0.97, leave: 0.95 },
  /** Momentum alone gives a cosine near its beta: of what is left to 1, so much at most. */
  left: { enter: 0.3, leave: 0.5 },
  /** How far samples are from the data, in its deviations, beyond what real ones are from each other. */
  gap: { enter: 0.3, leave: 0.2 },
  lasts: 300,
} as const;

/**
 * The discriminator follows something in long curves, not in the zigzag of noise about a place where it would stay, while samples stay
 * far from the data: the second sign of an oscillation, beside the swing of samples.
 */
export function turningUpdates(run: WatchedRun, remedies: readonly Remedy[]): Watch {
  const [player = "discriminator"] = run.players;
  const cosine = run.column(updateDirection, player);
  const { toFake, toReal, apart } = gaps(run);
  const beta = run.configuration?.momentum?.[player] ?? 0.9;
  const limit = (which: "enter" | "leave") => Math.max(limits.cosine[which], 1 - limits.left[which] * (1 - beta));
  return {
    site: `${player}/parameters`,
    lasts: limits.lasts,
    observe: (row) =>
      observed({ cosine: cosine(row), gap: (toFake(row) + toReal(row)) / 2 - apart(row) }, ({ cosine, gap }) =>
        allShow(above(cosine, limit("enter"), limit("leave")), above(gap, limits.gap.enter, limits.gap.leave)),
      ),
    tell: ({ cosine = 0, gap = 0 }) => ({
      title: "Oscillation",
      text:
        `successive updates of the ${player} have a cosine of ${short(cosine)}, as on a long curve, while samples stay ` +
        `${short(gap)} deviations further from the data than real ones are from each other.`,
      remedies,
    }),
  };
}
