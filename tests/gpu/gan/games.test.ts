/** Two games of two numbers, by the library's losses, penalties, optimisers and rules of play: where the players end is known. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import { bilinearRuns, playBilinear } from "../../reference/games/bilinear.ts";
import { playDirac } from "../../reference/games/dirac_ends.ts";
import { methods, schedules } from "../../reference/games/dirac_replay.ts";
import type { KnownEnd } from "../../reference/games/runs.ts";

let engine: Engine;
let ends: ReadonlyMap<string, KnownEnd>;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
  const all = [...(await playBilinear(engine)), ...(await playDirac(engine))];
  ends = new Map(all.map((end) => [end.name, end]));
});
afterAll(() => engine.destroy());

function endOf(name: string): KnownEnd {
  const end = ends.get(name);
  if (!end) throw new Error(`No run is called "${name}".`);
  return end;
}

/** An overflow where one is expected, or a radius within a share of what is expected. */
function expectRadius(name: string, tolerance: number): void {
  const { found, expected } = endOf(name);
  if (Number.isFinite(expected)) expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance * expected);
  else expect(found).toBe(expected);
}

describe("the bilinear game ends at its radius:", () => {
  test.each(Object.keys(bilinearRuns))("%s", (name) => expectRadius(name, 1e-4));

  test("an overflow is said, not hidden", () => {
    const infinity = Number.POSITIVE_INFINITY;
    expect(endOf("simultaneous, momentum 0.9")).toMatchObject({ found: infinity, expected: infinity });
  });
});

/** Below this, f32 has converged; how far is a matter of rounding. */
const converged = 1e-5;

describe("the Dirac-GAN agrees with its replay in float64:", () => {
  test.each(methods.flatMap((method) => schedules.map((schedule) => `${method}, ${schedule}`)))("%s", (name) => {
    if (endOf(name).expected < converged) expect(endOf(name).found).toBeLessThan(converged);
    else expectRadius(name, 1e-3);
  });

  test.each(schedules)("instance noise comes down to the floor of its sampling: %s", (schedule) => {
    expect(endOf(`instance noise, ${schedule}`).found).toBeLessThan(3e-2);
  });
});
