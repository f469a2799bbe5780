/** The figure of the frozen generator is a file of two charts, each with both losses, that follows light and dark. */
import { expect, test } from "vitest";
import { frozenGeneratorFigure } from "../../../../apps/figures/frozen_generator.ts";

test("it has the norms and the variances of every loss", () => {
  const curve = (loss: string, values: number[], decades: number) => ({
    loss,
    norms: Float64Array.from(values),
    variances: Float64Array.from(values, (value) => value ** 2),
    decades,
  });
  const svg = frozenGeneratorFigure({
    steps: [0, 40, 80],
    curves: [curve("minimax", [1, 0.1, 0.001], -3), curve("non-saturating", [1, 3, 10], 1)],
  });
  expect(svg.match(/class="chart"/g)).toHaveLength(2);
  expect(svg).toContain("minimax: -3.0 decades; non-saturating: 1.0 decades");
  for (const name of ["minimax", "non-saturating"]) expect(svg.split(`data-series="${name}"`)).toHaveLength(3);
  expect(svg).toContain("color-scheme:light dark");
  expect(svg).not.toMatch(/NaN|undefined/);
  // One below the other: the second begins behind the end of the first.
  const charts = [...svg.matchAll(/<svg y="([\d.]+)" class="chart"[^>]*viewBox="0 0 [\d.]+ ([\d.]+)"/g)];
  expect(Number(charts[1]?.[1])).toBeGreaterThan(Number(charts[0]?.[2]));
});
