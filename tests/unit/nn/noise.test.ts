/** Layers that draw: by their statistics, and by what a replay gives. */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../src/errors/errors.ts";
import { type Mode, Pass } from "../../../src/nn/pass.ts";
import * as nn from "../../../src/public/nn.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { valueAndGrad } from "../../../src/tensor/transforms.ts";
import { at, draw, expectClose, momentsOf, numbers, seeded, tensor, valuesOf } from "./harness.ts";

const pass = (mode: Mode, seed = 3) => new Pass({ mode, random: seeded(seed) });

describe("dropout", () => {
  const shape = [200, 50];
  const x = numbers("input", shape, 1, 2);
  const input = tensor(x, shape);
  const drop = (seed: number, rate = 0.3) =>
    valuesOf(nn.dropout({ rate }).apply({}, input, at("0", pass("training", seed))));

  test("keeps numbers with probability 1 - rate, divided by it", () => {
    const y = drop(3);
    const kept = y.flatMap((value, i) => (value === 0 ? [] : [i]));
    // Four standard errors of 10000 draws.
    expect(Math.abs(kept.length / y.length - 0.7)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / y.length));
    expectClose(
      kept.map((i) => y[i]!),
      kept.map((i) => x[i]! / 0.7),
    );
  });

  test("a replay drops the same, another seed and another layer drop others", () => {
    expect(drop(3)).toEqual(drop(3));
    expect(drop(4)).not.toEqual(drop(3));
    const both = pass("training");
    const layer = nn.dropout({ rate: 0.3 });
    const [first, second] = [0, 1].map(() => valuesOf(layer.apply({}, input, at("0", both))));
    expect(second).not.toEqual(first);
  });

  test("the gradient goes where the value went", () => {
    const [y, slope] = valueAndGrad((z: Tensor) => {
      const dropped = nn.dropout({ rate: 0.3 }).apply({}, z, at("0", pass("training")));
      return dropped.mul(dropped.detach()).sum();
    })(input);
    // The slope is y / 0.7 where y is kept, and 0 where it is dropped, so that slope x = y^2.
    expectClose(
      [
        valuesOf(slope)
          .map((value, i) => value * x[i]!)
          .reduce((a, b) => a + b),
      ],
      valuesOf(y),
      1e-6,
    );
    const dropped = drop(3);
    valuesOf(slope).forEach((value, i) => {
      expect(value === 0).toBe(dropped[i] === 0);
    });
  });

  test("evaluation leaves everything as it is", () => {
    expect(nn.dropout({ rate: 0.3 }).apply({}, input, at("0", pass("evaluation")))).toBe(input);
  });

  test("spatial dropout drops whole channels of images", () => {
    const images = draw("images", [6, 4, 3, 8]).abs().add(1);
    const layer = nn.dropout({ rate: 0.5, spatial: true });
    const y = valuesOf(layer.apply({}, images, at("0", pass("training"))));
    const dropped = y.map((value) => value === 0);
    expect(new Set(dropped).size).toBe(2);
    dropped.forEach((isDropped, i) => {
      const firstPixel = Math.floor(i / 96) * 96 + (i % 8);
      expect(isDropped).toBe(dropped[firstPixel]);
    });
  });

  test.each([1, -0.1, Number.NaN])("the rate %d is refused", (rate) => {
    expect(() => nn.dropout({ rate })).toThrow(OptionError);
    expect(() => nn.dropout({ rate })).toThrow(
      `dropout: rate is ${rate}; give a number of at least 0 and less than 1.`,
    );
  });
});

describe("gaussianNoise", () => {
  const zeros = tensor(new Array(5000).fill(0), [100, 50]);
  const layer = nn.gaussianNoise({ standardDeviation: 0.3 });

  test("adds normal noise in training, the same in a replay", () => {
    const noise = () => valuesOf(layer.apply({}, zeros, at("0", pass("training"))));
    const { mean, variance } = momentsOf(noise());
    expect(Math.abs(mean)).toBeLessThan((4 * 0.3) / Math.sqrt(5000));
    expect(variance / 0.09).toBeCloseTo(1, 1);
    expect(noise()).toEqual(noise());
  });

  test("adds nothing in evaluation", () => {
    expect(layer.apply({}, zeros, at("0", pass("evaluation")))).toBe(zeros);
  });

  test("a negative deviation is refused", () => {
    const build = () => nn.gaussianNoise({ standardDeviation: -1 });
    expect(build).toThrow("gaussianNoise: standardDeviation is -1; give a number of at least 0.");
  });
});
