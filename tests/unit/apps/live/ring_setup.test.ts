import { describe, expect, test } from "vitest";
import { defaultSetup, formatHash, needsRestart, parseHash, type Setup } from "../../../../apps/live/ring/setup.ts";

const unusual: Setup = {
  data: "grid",
  loss: "wasserstein",
  penalty: "wganGp",
  penaltyWeight: 10,
  trick: "pac",
  play: "extragradient",
  optimizer: "optimisticAdam",
  average: 0.99,
  seed: 4294967295,
  discriminatorSteps: 5,
  generatorActivation: "elu",
  discriminatorActivation: "leakyRelu",
  generatorRate: 1.26e-4,
  discriminatorRate: 0.1,
};

describe("the address", () => {
  test("is empty for the default, and holds everything else", () => {
    expect(formatHash(defaultSetup)).toBe("");
    expect(parseHash("").setup).toEqual(defaultSetup);
    expect(parseHash(`#${formatHash(unusual)}`)).toEqual({ setup: unusual, ignored: [] });
  });

  test("names what it can't understand, and goes on with the default", () => {
    const hash = "#loss=hinges&seed=1.5&generatorRate=9&discriminatorSteps=&toString=x&data=grid";
    const { setup, ignored } = parseHash(hash);
    expect(setup).toEqual({ ...defaultSetup, data: "grid" });
    expect(ignored).toEqual(["loss=hinges", "seed=1.5", "generatorRate=9", "discriminatorSteps=", "toString=x"]);
  });
});

test("rates and weights move without a restart, all else needs one", () => {
  const live = { ...defaultSetup, generatorRate: 0.01, discriminatorRate: 0.01, penaltyWeight: 3 };
  expect(needsRestart(defaultSetup, live)).toBe(false);
  expect(needsRestart(defaultSetup, { ...defaultSetup, seed: 2 })).toBe(true);
  expect(needsRestart(defaultSetup, { ...defaultSetup, penalty: "r1" })).toBe(true);
});
