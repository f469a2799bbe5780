/** The experiment of Arjovsky and Bottou 2017 on the ring, as the page of docs shows it. */
import { expect, test } from "vitest";
import { runFrozenRing } from "../../../../apps/figures/frozen_ring.ts";
import { createEngine } from "../../../gpu/fixtures.ts";

/** The median of ten numbers. */
const medianOf = (values: ArrayLike<number>): number => {
  const sorted = Array.from(values).sort((a, b) => a - b);
  return ((sorted[4] as number) + (sorted[5] as number)) / 2;
};

test("4,000 steps of D cost the minimax loss three decades of gradient, and raise the other's, and its variance", async () => {
  const engine = await createEngine();
  const { steps, curves } = await runFrozenRing(engine);
  expect(steps.at(-1)).toBe(4000);
  const [minimax, nonSaturating] = curves as [(typeof curves)[number], (typeof curves)[number]];
  expect(minimax.loss).toBe("minimax");
  expect(minimax.decades).toBeLessThan(-3);
  expect(nonSaturating.loss).toBe("non-saturating");
  expect(nonSaturating.decades).toBeGreaterThan(0.3);
  const { variances } = nonSaturating;
  expect(medianOf(variances.slice(-10))).toBeGreaterThan(3 * (variances[0] as number));
  engine.destroy();
});
