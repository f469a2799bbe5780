import { describe, expect, test } from "vitest";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import { hostRandom } from "../../../src/data/host_random.ts";
import { inspectImages, type RawImages } from "../../../src/data/images/inspect_images.ts";
import { DataError } from "../../../src/errors/errors.ts";

function noise(count: number, side = 4, greatest = 255): { values: Uint8Array; shape: number[] } {
  const random = hostRandom(1);
  const values = Uint8Array.from({ length: count * side * side }, () => random.integer(greatest + 1));
  return { values, shape: [count, side, side] };
}

const finding = (images: RawImages, kind: string, batchSize = 4) =>
  inspectImages(images, { batchSize }).find((found) => found.kind === kind);

test("good images give no finding", () => {
  expect(inspectImages(glyphs({ count: 1000 }))).toEqual([]);
  expect(inspectImages(noise(40), { batchSize: 4 })).toEqual([]);
});

describe("range", () => {
  test("numbers from 0 to 1 that became bytes", () => {
    expect(finding(noise(40, 4, 1), "range")).toEqual({
      kind: "range",
      least: 0,
      greatest: 1,
      message:
        "No byte is above 1: these are probably numbers from 0 to 1 that were stored as bytes. Multiply by 255 first.",
    });
  });

  test("nearly black, nearly white", () => {
    expect(finding(noise(40, 4, 15), "range")).toMatchObject({
      greatest: 15,
      message: expect.stringMatching(/nearly black/),
    });
    const light = noise(40, 4, 15);
    expect(finding({ ...light, values: light.values.map((value) => value + 240) }, "range")).toMatchObject({
      least: 240,
      message: expect.stringMatching(/nearly white/),
    });
  });
});

test("constant images are counted, the first ones named", () => {
  const images = noise(40);
  for (const i of [3, 8]) images.values.fill(77 + i, 16 * i, 16 * (i + 1));
  expect(finding(images, "constant")).toMatchObject({
    count: 2,
    first: [3, 8],
    message: expect.stringMatching(/^2 of 40 images have the same value in every pixel \(3, 8\)/),
  });
  images.values.fill(9, 0, 7 * 16);
  expect(finding(images, "constant")).toMatchObject({
    count: 8,
    first: [0, 1, 2, 3, 4],
    message: expect.stringMatching(/\(0, 1, 2, 3, 4, \.\.\.\)/),
  });
});

test("duplicates are found byte for byte", () => {
  const images = noise(40);
  images.values.copyWithin(16 * 30, 16 * 2, 16 * 3);
  images.values.copyWithin(16 * 35, 16 * 2, 16 * 3);
  // One byte of difference.
  images.values.copyWithin(16 * 36, 16 * 4, 16 * 5);
  images.values[16 * 36]! ^= 1;
  expect(finding(images, "duplicate")).toMatchObject({
    count: 2,
    first: [
      [2, 30],
      [2, 35],
    ],
    message: expect.stringMatching(
      /^2 of 40 images have every byte in common with an earlier one \(30 of 2, 35 of 2\)/,
    ),
  });
});

describe("labels", () => {
  const images = noise(100);
  test("missing and rare classes", () => {
    const labels = Uint8Array.from({ length: 100 }, (_, i) => (i < 2 ? 3 : [0, 1, 4][i % 3]!));
    const found = inspectImages({ ...images, labels }, { batchSize: 4 });
    expect(found.map(({ kind }) => kind)).toEqual(["missing class", "rare class"]);
    expect(found[0]).toMatchObject({
      classes: [2],
      histogram: [33, 32, 0, 2, 33],
      message: expect.stringMatching(/^1 of the 5 classes up to 4 has no image \(2\)/),
    });
    expect(found[1]).toMatchObject({
      classes: [3],
      message: expect.stringMatching(
        /^1 of 4 classes has less than a tenth of the mean of 25 images \(class 3 has 2\)/,
      ),
    });
  });

  test("beyond 255", () => {
    const labels = Uint16Array.from({ length: 100 }, (_, i) => (i % 2) * 999);
    const found = inspectImages({ ...images, labels }, { batchSize: 4 })[0];
    expect(found).toMatchObject({
      kind: "missing class",
      message: expect.stringMatching(/^998 of the 1000 classes .* \(1, 2, 3, 4, 5, \.\.\.\)/),
    });
  });
});

test("fewer images than a minibatch, or than ten", () => {
  expect(finding(noise(3), "few images")).toMatchObject({
    count: 3,
    batchSize: 4,
    message: expect.stringMatching(/fewer than the 4 of a minibatch/),
  });
  expect(finding(noise(39), "few images")).toMatchObject({
    message: expect.stringMatching(/fewer than 10 minibatches of 4/),
  });
});

test("sides that strided layers can't halve twice", () => {
  expect(finding(noise(40, 6), "odd size")).toMatchObject({
    height: 6,
    width: 6,
    message: expect.stringMatching(/The images have \[6, 6\] pixels/),
  });
});

test("what is no set of images is refused", () => {
  expect(() => inspectImages({ values: new Uint8Array(7), shape: [2, 2, 2] })).toThrow(DataError);
  expect(() => inspectImages({ values: new Uint8Array(0), shape: [0, 2, 2] })).toThrow("there are no images");
  // Where the loading itself would end with an error, the check says what it sees.
  expect(inspectImages({ values: new Uint8Array(8), shape: [2, 2, 2] }).map(({ kind }) => kind)).toContain("constant");
});
