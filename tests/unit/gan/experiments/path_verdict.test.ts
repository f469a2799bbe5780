/** What a path's angles say, on fields whose angles are known in closed form: v = A (omega - star), with the path ending beside `star`. */
import { describe, expect, test } from "vitest";
import { verdictOf } from "../../../../src/gan/experiments/path_verdict.ts";

const alphas = Float64Array.from({ length: 25 }, (_, i) => -0.1 + 0.05 * i);

/**
 * Cosines of a linear field in the plane, with A = [[p, -q], [q, p]], along the path of length 1 that passes its zero at a distance.
 *
 *   v = A (alpha - 1, distance)        c = (p (alpha - 1) - q distance) / |v|
 */
const cosines = (p: number, q: number, distance: number): Float64Array =>
  alphas.map((alpha) => (p * (alpha - 1) - q * distance) / (Math.hypot(p, q) * Math.hypot(alpha - 1, distance)));

describe("a path's verdict", () => {
  test("of a point that attracts", () => {
    expect(verdictOf(alphas, cosines(1, 0, 0.02))).toMatchObject({ verdict: "attraction" });
    expect(verdictOf(alphas, cosines(1, 0, 1e-6)).attraction).toBeCloseTo(1, 6);
  });

  test("of one that repels", () => {
    expect(verdictOf(alphas, cosines(-1, 0, 0.02))).toMatchObject({ verdict: "repulsion" });
  });

  test("of one that is circled", () => {
    for (const q of [1, -1]) {
      const found = verdictOf(alphas, cosines(0, q, 0.02));
      expect(found.verdict).toBe("rotation");
      // The bump's height over the surroundings: 1 less sin of the angle at the end of the path.
      expect(found.rotation).toBeCloseTo(1 - 0.02 / Math.hypot(0.1, 0.02), 6);
    }
  });

  test("of a spiral", () => {
    expect(verdictOf(alphas, cosines(0.5, -1, 0.02))).toMatchObject({ verdict: "attraction and rotation" });
    expect(verdictOf(alphas, cosines(-0.5, -1, 0.02))).toMatchObject({ verdict: "repulsion and rotation" });
  });

  test("of a field that knows nothing of the point", () => {
    expect(
      verdictOf(
        alphas,
        alphas.map(() => 0.4),
      ),
    ).toMatchObject({ verdict: "neither", attraction: 0, rotation: 0 });
  });

  test("is none where the path does not pass the point", () => {
    const short = alphas.filter((alpha) => alpha < 0.99);
    expect(verdictOf(short, cosines(1, 0, 0.02).slice(0, short.length))).toEqual({});
    const late = alphas.filter((alpha) => alpha > 0.93);
    expect(verdictOf(late, cosines(1, 0, 0.02).slice(-late.length))).toEqual({});
  });
});
