import { gan } from "saddlepoint";
import { describe, expect, test } from "vitest";
import {
  choices,
  defaultSetup,
  formatHash,
  needsRestart,
  parseHash,
  type Setup,
  sizeFor,
  withModel,
} from "../../../../apps/live/images/setup.ts";

const unusual: Setup = {
  data: "triangles",
  colours: "grey",
  model: "mlp",
  imageSize: 64,
  width: 128,
  batchSize: 128,
  loss: "hinge",
  penalty: "r1",
  penaltyWeight: 10,
  trick: "diffAugment",
  play: "extragradient",
  optimizer: "optimisticAdam",
  average: 0.99,
  discriminatorSteps: 5,
  generatorRate: 1.26e-4,
  discriminatorRate: 0.1,
  steps: 1_000_000,
  seed: 4294967295,
};

describe("the address", () => {
  test("is empty for the default, and holds everything else", () => {
    expect(formatHash(defaultSetup)).toBe("");
    expect(parseHash("")).toEqual({ setup: defaultSetup, ignored: [] });
    expect(parseHash(`#${formatHash(unusual)}`)).toEqual({ setup: unusual, ignored: [] });
  });

  test("does not hold the user's own images", () => {
    expect(formatHash({ ...defaultSetup, data: "own" })).toBe("");
    expect(parseHash("#data=own").ignored).toEqual(["data=own"]);
  });

  test("names what it can't understand, and goes on with the default", () => {
    const hash = "#model=stylegan&imageSize=30&imageSize=&width=16.5&steps=0&steps=1.5&constructor=x&batchSize=64";
    const { setup, ignored } = parseHash(hash);
    expect(setup).toEqual({ ...defaultSetup, batchSize: 64 });
    expect(ignored).toEqual([
      "model=stylegan",
      "imageSize=30",
      "imageSize=",
      "width=16.5",
      "steps=0",
      "steps=1.5",
      "constructor=x",
    ]);
  });

  test("holds one size of image for every model", () => {
    expect(parseHash("#model=resnet&imageSize=64").setup.imageSize).toBe(64);
    for (const imageSize of choices.imageSize) {
      for (const model of choices.model) expect(() => gan.createModel(model, { imageSize, width: 2 })).not.toThrow();
    }
  });
});

test("another model brings its own training, and going back restores the page's", () => {
  const resnet = withModel({ ...defaultSetup, batchSize: 64, seed: 3 }, "resnet");
  expect(resnet).toMatchObject({ model: "resnet", imageSize: 28, loss: "hinge", discriminatorSteps: 5, batchSize: 64 });
  expect(resnet.generatorRate).toBe(2e-4);
  expect(withModel(resnet, "dcgan")).toEqual({ ...defaultSetup, batchSize: 64, seed: 3 });
});

test("rates, the penalty's weight and the number of steps move without a restart, all else needs one", () => {
  const live = { ...defaultSetup, generatorRate: 0.01, discriminatorRate: 0.01, penaltyWeight: 3, steps: 5 };
  expect(needsRestart(defaultSetup, live)).toBe(false);
  for (const change of [{ seed: 2 }, { width: 32 }, { data: "own" }, { penalty: "r1" }] as const) {
    expect(needsRestart(defaultSetup, { ...defaultSetup, ...change })).toBe(true);
  }
});

test("images get the smallest size that cuts nothing off", () => {
  expect(sizeFor([28, 28, 1])).toBe(28);
  expect(sizeFor([20, 30, 1])).toBe(32);
  expect(sizeFor([65, 10, 3])).toBe(96);
  expect(sizeFor([257, 10, 3])).toBeUndefined();
});
