/** The vanishing gradient over several seeds: found with minimax, and not in 300 steps of the non-saturating loss. */
import { describe, expect, test } from "vitest";
import { createEngine, vanishingRun } from "../../gpu/fixtures.ts";

describe.each([1, 2, 3])("seed %d", (seed) => {
  test("minimax loses three decades", async () => {
    const engine = await createEngine();
    const { finding } = await vanishingRun(engine, "minimax", 300, seed);
    expect(finding).toMatchObject({ site: "discriminator/logit" });
    expect(finding!.evidence["decadesLost"]).toBeGreaterThanOrEqual(3);
    engine.destroy();
  });

  test("the non-saturating loss loses none", async () => {
    const engine = await createEngine();
    const { finding, medians } = await vanishingRun(engine, "non-saturating", 300, seed);
    expect(finding).toBeUndefined();
    expect(medians).toHaveLength(300);
    expect(Math.min(...medians)).toBeGreaterThan(-1);
    engine.destroy();
  });
});
