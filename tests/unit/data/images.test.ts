import { describe, expect, test } from "vitest";
import { images } from "../../../src/data/images/images.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { DataError, OutOfMemoryError } from "../../../src/errors/errors.ts";

const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37) % 256);

test("a source tells its count and the shape of one image", () => {
  expect(images({ values: noise(24), shape: [2, 3, 4] })).toMatchObject({ count: 2, sampleShape: [3, 4, 1] });
  expect(images({ values: noise(24), shape: [2, 2, 2, 3] })).toMatchObject({ count: 2, sampleShape: [2, 2, 3] });
});

describe("images refuses", () => {
  test.each([
    ["a shape of another rank", noise(4), [2, 2], /\[2, 2\] is not a shape of images; give \[N, H, W\]/],
    ["a size that is no whole number", noise(4), [1, 2, 2.5], /is not a shape of images/],
    ["an image without pixels", noise(0), [2, 0, 2], /is not a shape of images/],
    ["no images", noise(0), [0, 2, 2], /there are no images/],
    ["too few bytes", noise(11), [1, 3, 4], /11 bytes don't fill the shape \[1, 3, 4\], which has 12/],
    ["an alpha channel that the shape lacks", noise(16), [1, 2, 2, 3], /drop an alpha channel/],
    [
      "images without any difference",
      new Uint8Array(8),
      [2, 2, 2],
      /every byte of the 2 images is 0\. There is nothing/,
    ],
  ])("%s", (_, values, shape, message) => {
    expect(() => images({ values, shape })).toThrow(DataError);
    expect(() => images({ values, shape })).toThrow(message);
  });

  test("labels of another number", () => {
    expect(() => images({ values: noise(8), shape: [2, 2, 2], labels: noise(3) })).toThrow(/3 labels for 2 images/);
  });

  test.each([-1, 0.5, 65_536, Number.NaN])("the label %d", (label) => {
    expect(() => images({ values: noise(8), shape: [2, 2, 2], labels: [0, label] })).toThrow(
      `label 1 is ${label}; give whole numbers from 0 to 65535.`,
    );
  });

  test("a budget or a seed that is none", () => {
    expect(() => images({ values: noise(8), shape: [2, 2, 2], budgetBytes: 0 })).toThrow(/budgetBytes is 0/);
    expect(() => images({ values: noise(8), shape: [2, 2, 2], orderSeed: -1 })).toThrow(/orderSeed is -1/);
  });

  test("a budget of fewer than eight images, and says how many it holds", () => {
    const engine = { limits: { maxBufferSize: 1024, maxStorageBufferBindingSize: 256 } } as unknown as Engine;
    const source = images({ name: "digits", values: noise(16 * 64), shape: [16, 8, 8] });
    expect(() => source.prepare(engine)).toThrow(OutOfMemoryError);
    expect(() => source.prepare(engine)).toThrow(
      "digits: an image takes 64 B, of which 4 fit the budget of 256 B; streaming needs room for 8. Raise `budgetBytes`",
    );
  });
});
