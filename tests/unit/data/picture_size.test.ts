/** The declared sizes of pictures: a few bytes can declare more pixels than there is memory for. */
import { describe, expect, test } from "vitest";
import type { ImageDecoder } from "../../../src/data/formats/decode_image.ts";
import { pictureSize } from "../../../src/data/formats/picture_size.ts";
import { imageFiles } from "../../../src/data/images/image_files.ts";
import { pngHeader, pngKinds } from "../../reference/png_files.ts";

const big16 = (value: number) => [value >> 8, value & 255];
const big32 = (value: number) => [...big16(value >>> 16), ...big16(value & 0xffff)];
const little16 = (value: number) => big16(value).reverse();
const little32 = (value: number) => big32(value).reverse();
const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
const zeros = (count: number) => new Array<number>(count).fill(0);
const riff = (chunk: string, content: readonly number[]) => [
  ...ascii("RIFF"),
  ...zeros(4),
  ...ascii(`WEBP${chunk}`),
  ...zeros(4),
  ...content,
];

/** The first bytes of a file of each format. */
const formats: Readonly<Record<string, (height: number, width: number) => readonly number[]>> = {
  ...Object.fromEntries(
    pngKinds.map((kind) => [
      `PNG, ${kind.colour} of ${kind.bits} bits`,
      (h: number, w: number) => [...pngHeader(w, h, kind)],
    ]),
  ),
  JPEG: (h, w) => [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, ...big16(h), ...big16(w), 3],
  "JPEG, progressive, behind tables and fill bytes": (h, w) => [
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 6, 1, 2, 3, 4, 0xff, 0xff, 0xc4, 0, 5, 0xff, 0xc0, 9, 0xff, 0x01],
    ...[0xff, 0xc2, 0, 17, 8, ...big16(h), ...big16(w), 3],
  ],
  "WebP, lossy": (h, w) => riff("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, ...little16(w), ...little16(h)]),
  "WebP, lossless": (h, w) => riff("VP8L", [0x2f, ...little32(((h - 1) * 2 ** 14 + w - 1) >>> 0)]),
  "WebP, extended": (h, w) =>
    riff("VP8X", [...zeros(4), ...little32(w - 1).slice(0, 3), ...little32(h - 1).slice(0, 3)]),
  GIF: (h, w) => [...ascii("GIF89a"), ...little16(w), ...little16(h)],
  BMP: (h, w) => [...ascii("BM"), ...zeros(12), ...little32(40), ...little32(w), ...little32(h)],
  "BMP, upside down": (h, w) => [...ascii("BM"), ...zeros(12), ...little32(40), ...little32(w), ...little32(-h)],
  "BMP of OS/2": (h, w) => [...ascii("BM"), ...zeros(12), ...little32(12), ...little16(w), ...little16(h)],
  "AVIF with tiles": (h, w) => [
    ...[0, 0, 0, 28, ...ascii("ftypavif"), ...zeros(30)],
    ...[...ascii("ispe"), ...zeros(4), ...big32(4), ...big32(4)],
    ...[...ascii("ispe"), ...zeros(4), ...big32(w), ...big32(h)],
  ],
};

describe.each(Object.entries(formats))("%s", (_, header) => {
  test("tells its size", () => {
    expect(pictureSize(Uint8Array.from(header(77, 1234)))).toEqual([77, 1234]);
    // A view into a larger buffer.
    const padded = Uint8Array.from([9, 9, 9, ...header(5, 6), 9]);
    expect(pictureSize(padded.subarray(3))).toEqual([5, 6]);
  });

  test("is not decoded above the bound", async () => {
    const decode: ImageDecoder = () => ({ values: Uint8Array.of(1, 2, 3), height: 1, width: 1 });
    const file = (h: number, w: number) => [{ name: "picture", bytes: Uint8Array.from(header(h, w)) }];
    await expect(imageFiles(file(16_000, 16_000), { size: 1, decode })).rejects.toThrow(
      `the file "picture" can't be used: it has 16000 x 16000 pixels, and at most 67108864 are decoded (\`maxPixels\`)`,
    );
    expect((await imageFiles(file(16_000, 16_000), { size: 1, decode, maxPixels: 2 ** 28 })).count).toBe(1);
    expect((await imageFiles(file(200, 100), { size: 1, decode })).count).toBe(1);
    await expect(imageFiles(file(200, 100), { size: 1, decode, maxPixels: 19_999 })).rejects.toThrow("200 x 100");
  });

  test("may be cut off anywhere", () => {
    const bytes = Uint8Array.from(header(77, 1234));
    for (let length = 0; length < bytes.length; length++) {
      const size = pictureSize(bytes.subarray(0, length));
      expect(size === undefined || size.every(Number.isInteger)).toBe(true);
    }
  });
});

test("other bytes have no size", () => {
  for (let seed = 0; seed < 200; seed++) {
    const bytes = Uint8Array.from({ length: seed }, (_, i) => (i * i * 31 + seed * 7) % 256);
    expect(pictureSize(bytes)).toBeUndefined();
  }
  expect(pictureSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]))).toBeUndefined();
});
