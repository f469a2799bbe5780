import { describe, expect, test } from "vitest";
import { images } from "../../../src/data/images.ts";
import type { Engine } from "../../../src/engine.ts";
import { DataError, OutOfMemoryError } from "../../../src/gpu/errors.ts";

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

  test("more than the adapter binds at once, and says how many images fit", () => {
    const engine = { limits: { maxBufferSize: 1024, maxStorageBufferBindingSize: 256 } } as unknown as Engine;
    const source = images({ name: "digits", values: noise(6 * 64), shape: [6, 8, 8] });
    expect(() => source.prepare(engine)).toThrow(OutOfMemoryError);
    expect(() => source.prepare(engine)).toThrow(
      "digits: 6 samples take 384 B, but this adapter binds at most 256 B at once. Use at most 4 of them",
    );
  });
});
