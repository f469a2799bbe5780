/** The failing run of the readme's figure, and what its steward makes of it. */
import { expect, test } from "vitest";
import { rescuedFigure, runRescued } from "../../../../apps/figures/rescued.ts";
import { createEngine } from "../../../gpu/fixtures.ts";

test("a run that loses most modes by itself covers all of them with a steward", async () => {
  const engine = await createEngine();
  const rescued = await runRescued(engine);
  const { alone, tended } = rescued;
  expect(alone.modes.capturedOnePercent).toBeLessThan(6);
  expect(tended.modes.capturedOnePercent).toBe(8);
  expect(tended.modes.highQualityShare).toBeGreaterThan(alone.modes.highQualityShare + 0.2);
  expect(tended.trials.length).toBeGreaterThan(0);
  const svg = rescuedFigure(rescued);
  expect(svg.match(/class="chart"/g)).toHaveLength(2);
  expect(svg).not.toMatch(/NaN|undefined/);
  engine.destroy();
});
