/** "Copy as code" of the live pages: the program trains what the page trains, bit for bit. tests/slow has many more setups. */
import { afterAll, beforeAll, test, vi } from "vitest";
import { defaultSetup } from "../../../apps/live/ring/setup.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { expectSameRing } from "./live_programs.ts";

let engine: Engine;
const warnings = vi.spyOn(console, "warn");
beforeAll(async () => {
  warnings.mockImplementation(() => undefined);
  engine = await Engine.create({ onWarning: () => undefined });
});
afterAll(() => {
  warnings.mockRestore();
  engine.destroy();
});

test("the program of the page of points trains a setup with everything changed", () =>
  expectSameRing(
    engine,
    {
      ...defaultSetup,
      ...{ data: "grid", loss: "wasserstein", penalty: "wganGp", penaltyWeight: 7.5, trick: "instanceNoise" },
      ...{ play: "lookahead", optimizer: "sgd", average: 0.9, seed: 4294967295, discriminatorSteps: 2 },
      ...{ generatorActivation: "elu", discriminatorActivation: "leakyRelu", generatorRate: 0.0126 },
    },
    4,
  ));
