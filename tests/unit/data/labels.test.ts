import { describe, expect, test } from "vitest";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import { cifar10 } from "../../../src/data/images/cifar10.ts";
import { images } from "../../../src/data/images/images.ts";
import { labelled } from "../../../src/data/images/labelled.ts";
import { stacked } from "../../../src/data/images/stacked.ts";
import { points } from "../../../src/data/points/points.ts";
import { sampler } from "../../../src/data/sampler.ts";
import type { DataSource } from "../../../src/data/source.ts";
import { DataError, OptionError } from "../../../src/errors/errors.ts";

const values = [
  [0, 0],
  [1, 1],
  [2, 2],
];

describe("sources say their classes:", () => {
  test("as many as the largest label asks for", () => {
    expect(points({ values, labels: [0, 4, 1] }).classes).toBe(5);
    expect(points({ values })).not.toHaveProperty("classes");
  });

  test("or as there are said to be, or names", () => {
    expect(points({ values, labels: [0, 1, 1], classes: 3 }).classes).toBe(3);
    expect(points({ values, labels: [0, 1, 1], classNames: ["a", "b", "c"] })).toMatchObject({
      classes: 3,
      classNames: ["a", "b", "c"],
    });
  });

  test("all that a data set has, where only some are drawn", () => {
    const some = glyphs({ count: 4, size: 16, classes: [1, 2] });
    expect(some.classes).toBe(10);
    expect(some.classNames).toHaveLength(10);
    expect(cifar10([new Uint8Array(3073).map((_, i) => i % 9)]).classes).toBe(10);
    expect(stacked(some, { count: 2 }).classes).toBe(1000);
  });
});

const mine: DataSource = {
  name: "mine",
  count: 1,
  sampleShape: [1],
  shapes: { samples: [1] },
  prepare: () => undefined!,
};

describe("labels that don't fit are refused:", () => {
  const pixels = { values: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [3, 1, 2] };
  test.each([
    [() => points({ values, labels: [0, 1] }), DataError, "points: 2 labels for 3 points; give one for each"],
    [() => points({ values, labels: [0, 1, 0.5] }), DataError, "points: label 2 is 0.5; give whole numbers from 0 to"],
    [() => labelled(points({ values }), [0, 1]), DataError, "labelled: 2 labels for 3 samples"],
    [() => labelled(images(pixels), [0, -1, 1]), DataError, "labelled: label 1 is -1; give whole numbers"],
    [
      () => labelled(gaussianRing(), [0]),
      OptionError,
      'labelled: "gaussianRing" draws ever new samples, which labels in a list can\'t be those of',
    ],
    [() => labelled(mine, [0]), OptionError, 'labelled: "mine" takes no labels; give it a method `withLabels`'],
    [
      () => points({ values, labels: [0, 4, 1], classes: 4 }),
      OptionError,
      "points: there is the label 4, but 4 classes end at 3.",
    ],
    [
      () => images({ ...pixels, labels: [0, 1, 2], classes: 3, classNames: ["a", "b"] }),
      OptionError,
      "images: 2 classNames for 3 classes; give one for each.",
    ],
    [() => images({ ...pixels, classes: 3 }), OptionError, "images: there are classes, but no labels; give `labels`"],
    [
      () => sampler({ shapes: { samples: [1] }, batch: () => ({ samples: undefined! }), classes: 3 }),
      OptionError,
      "sampler: there are classes, but no labels; name `labels` in `shapes`",
    ],
    [() => sampler({ shapes: {}, batch: () => ({}) }), OptionError, "sampler: shapes is empty; name the tensors"],
  ])("%o", (make, kind, message) => {
    expect(make).toThrow(kind);
    expect(make).toThrow(message);
  });
});
