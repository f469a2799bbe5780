import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseIdx } from "../../../src/data/formats/idx.ts";
import { idxImages } from "../../../src/data/images/idx_images.ts";
import { DataError, OptionError } from "../../../src/errors/errors.ts";

function idx(shape: readonly number[], content: ArrayLike<number>, type = 8): Uint8Array {
  const sizes = shape.flatMap((size) => [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255]);
  return Uint8Array.from([0, 0, type, shape.length, ...sizes, ...Array.from(content)]);
}

const ascending = Array.from({ length: 2 * 3 * 4 }, (_, i) => i);
const pictures = idx([2, 3, 4], ascending);

describe("parseIdx reads", () => {
  test("a plain file", async () => {
    const { shape, values } = await parseIdx(pictures);
    expect(shape).toEqual([2, 3, 4]);
    expect(Array.from(values)).toEqual(ascending);
  });

  test("gzip, an ArrayBuffer, and a view into a larger buffer", async () => {
    const gzip = gzipSync(pictures);
    const buffer = Uint8Array.from(gzip).buffer;
    const padded = new Uint8Array(gzip.length + 9);
    padded.set(gzip, 5);
    for (const bytes of [gzip, buffer, padded.subarray(5, 5 + gzip.length)]) {
      expect(Array.from((await parseIdx(bytes)).values)).toEqual(ascending);
    }
    const shifted = new Uint8Array(pictures.length + 3);
    shifted.set(pictures, 3);
    expect((await parseIdx(shifted.subarray(3))).shape).toEqual([2, 3, 4]);
  });

  test("one axis, and sizes of more than 16 bits", async () => {
    expect((await parseIdx(idx([70_000], new Uint8Array(70_000)))).shape).toEqual([70_000]);
  });
});

describe("parseIdx refuses", () => {
  const gzip = gzipSync(pictures);
  const damaged = Uint8Array.from(gzip);
  damaged[15] = (damaged[15] as number) ^ 0xff;
  const text = (content: string) => new TextEncoder().encode(content);
  test.each([
    ["an empty file", new Uint8Array(0), /it has 0 bytes, fewer than the 4/],
    ["a header cut off", pictures.subarray(0, 9), /declares 3 axes, which takes 16 bytes, but the file has 9/],
    [
      "elements cut off",
      pictures.subarray(0, 30),
      /declares \[2, 3, 4\], 24 bytes, but 14 bytes follow\. The file is cut/,
    ],
    ["too many elements", idx([2], [1, 2, 3]), /declares \[2\], 2 bytes, but 3 bytes follow\. The file is longer/],
    ["another magic number", Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 1, 7), /begins with the bytes 01000801; an IDX file/],
    ["a web page", text("<!doctype html>"), /This looks like a web page/],
    ["a ZIP archive", Uint8Array.of(0x50, 0x4b, 3, 4), /This looks like a ZIP archive/],
    ["floats", idx([1], [0, 0, 0, 0], 13), /type 0x0d \(32-bit floats\); only 0x08/],
    ["an unknown type", idx([1], [0], 7), /type 0x07 \(an unknown type\)/],
    ["no axes", idx([], []), /declares no axes/],
    ["no items", idx([0, 28, 28], []), /declares \[0, 28, 28\], which has no items/],
    ["sizes that nothing holds", idx([2 ** 32 - 1, 2 ** 32 - 1], [1]), /16777216\.0 TiB; at most 1\.00 GiB are read/],
    ["damaged gzip", damaged, /its gzip data is damaged or cut off/],
    ["gzip cut off", gzip.subarray(0, gzip.length - 9), /its gzip data is damaged or cut off/],
    ["gzip of something else", gzipSync(text("hello")), /begins with the bytes 68656c6c/],
  ])("%s", async (_, bytes, message) => {
    await expect(parseIdx(bytes)).rejects.toThrow(DataError);
    await expect(parseIdx(bytes, "train-images")).rejects.toThrow(message);
    await expect(parseIdx(bytes, "train-images")).rejects.toThrow(/^train-images: /);
  });
});

describe("idxImages", () => {
  const labelsBytes = idx([2], [7, 3]);

  test("gives a data source with labels", async () => {
    const source = await idxImages(gzipSync(pictures), { labelsBytes, name: "tiny" });
    expect(source).toMatchObject({ name: "tiny", count: 2, sampleShape: [3, 4, 1] });
    expect(Array.from(source.labels ?? [])).toEqual([7, 3]);
  });

  test("takes a limit, larger or smaller than the file", async () => {
    const one = await idxImages(pictures, { labelsBytes, limit: 1 });
    expect([one.count, Array.from(one.labels ?? [])]).toEqual([1, [7]]);
    expect((await idxImages(pictures, { limit: 100 })).count).toBe(2);
    await expect(idxImages(pictures, { limit: 0 })).rejects.toThrow(OptionError);
  });

  test("refuses files that don't belong together", async () => {
    await expect(idxImages(labelsBytes)).rejects.toThrow(/has the shape \[2\].*looks like a file of labels/);
    await expect(idxImages(pictures, { labelsBytes: idx([3], [1, 2, 3]) })).rejects.toThrow(
      /file of labels has the shape \[3\], but 2 images need \[2\]/,
    );
    await expect(idxImages(pictures, { labelsBytes: pictures })).rejects.toThrow(DataError);
    await expect(idxImages(pictures, { labelsBytes: new Uint8Array(2) })).rejects.toThrow(/images, file of labels: /);
  });
});

/** Files that hold or declare far more than they should: none may take the memory. */
describe("of a gzip bomb no more is unpacked than its header declares", () => {
  const header = (shape: readonly number[]) => idx(shape, []);
  const zeros = Buffer.alloc(2 ** 28);
  const bombs: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["zeros, without a header", gzipSync(zeros), /its elements are of type 0x00/],
    [
      "far more than it declares",
      gzipSync(Buffer.concat([header([2, 28, 28]), zeros])),
      /declares \[2, 28, 28\], 1568 bytes, but \d+ bytes follow\. The file is longer than it says/,
    ],
    [
      "less than it declares",
      gzipSync(header([2 ** 30])),
      /declares \[1073741824\], more than \d+ bytes of gzip can hold/,
    ],
    ["more than is read", gzipSync(header([2 ** 31])), /2\.00 GiB; at most 1\.00 GiB are read.*raise `maxBytes`/],
    ["many axes", gzipSync(header(new Array<number>(255).fill(2))), /at most 1\.00 GiB are read/],
  ];

  test.each(bombs)("%s", async (_, bytes, message) => {
    expect(bytes.length).toBeLessThan(2 ** 19);
    const before = process.memoryUsage();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before.rss);
    }, 1);
    const started = performance.now();
    await expect(parseIdx(bytes)).rejects.toThrow(message);
    clearInterval(watch);
    expect(Math.max(most, process.memoryUsage().rss - before.rss)).toBeLessThan(2 ** 26);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test("a bound of one's own holds for images, labels and files as they are", async () => {
    const bytes = idx(
      [4, 2, 2],
      new Uint8Array(16).map((_, i) => i),
    );
    for (const file of [bytes, gzipSync(bytes), new Blob([bytes as Uint8Array<ArrayBuffer>])]) {
      await expect(idxImages(file, { maxBytes: 15 })).rejects.toThrow(/16 B; at most 15 B are read/);
      expect((await idxImages(file, { maxBytes: 16 })).count).toBe(4);
    }
    await expect(parseIdx(new Blob([new Uint8Array(2000)]), "file", 10)).rejects.toThrow(
      "file has 2000 bytes; at most 1034 are read",
    );
  });
});

test("every kind of bytes is read, and copied where it enters", async () => {
  const plain = Uint8Array.from(pictures);
  const file = new File([plain], "train.idx");
  const gzip = Uint8Array.from(gzipSync(pictures));
  for (const bytes of [plain, plain.buffer, new Uint8ClampedArray(plain) as never, file, gzip, new Blob([gzip])]) {
    expect(Array.from((await parseIdx(bytes)).values)).toEqual(ascending);
  }
  for (const bytes of [plain, gzip]) {
    const reading = parseIdx(bytes);
    bytes.fill(0);
    expect(Array.from((await reading).values)).toEqual(ascending);
  }
});
