import { inflateSync, crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { crc32, encodePng, pngDataUri } from "../../../examples/shared/charts/png.ts";
import { imageGrid } from "../../../examples/shared/charts.ts";

const labels = { title: "Samples", description: "Images." };

/** Reads what the encoder writes: chunks with right checksums, and rows without filters. */
function decode(png: Uint8Array): { width: number; height: number; rows: Uint8Array } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    expect(view.getUint32(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    chunks.set(type, png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  expect([...chunks.keys()]).toEqual(["IHDR", "IDAT", "IEND"]);
  const header = chunks.get("IHDR")!;
  const size = new DataView(header.buffer, header.byteOffset);
  return {
    width: size.getUint32(0),
    height: size.getUint32(4),
    rows: new Uint8Array(inflateSync(chunks.get("IDAT")!)),
  };
}

/** The pixels [r, g, b, a] of the picture in an SVG. */
function pixelsOf(svg: string): number[][][] {
  const base64 = /href="data:image\/png;base64,([^"]*)"/.exec(svg)![1]!;
  const { width, height, rows } = decode(new Uint8Array(Buffer.from(base64, "base64")));
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const at = y * (width * 4 + 1) + 1 + x * 4;
      return [...rows.subarray(at, at + 4)];
    }),
  );
}

describe("PNG", () => {
  test("has the checksum that the standard gives for 123456789", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    if (zlibCrc32) expect(crc32(Uint8Array.of(1, 2, 3))).toBe(zlibCrc32(Uint8Array.of(1, 2, 3)));
  });

  test("gives back the pixels that went in", async () => {
    const { width, height, rows } = decode(await encodePng(Uint8Array.of(0, 128, 255, 7, 8, 9), 3, 2, 1));
    expect([width, height, ...rows]).toEqual([3, 2, 0, 0, 128, 255, 0, 7, 8, 9]);
  });

  test("refuses sizes that don't fit, and says why", async () => {
    await expect(encodePng(new Uint8Array(5), 2, 2, 1)).rejects.toThrow("takes 4 bytes");
    await expect(encodePng(new Uint8Array(8), 2, 2, 2)).rejects.toThrow("not 2");
  });

  test("fits a large image into an address", async () => {
    const png = await encodePng(
      Uint8Array.from({ length: 400 * 400 }, (_, index) => (index * 7919) % 251),
      400,
      400,
      1,
    );
    expect(pngDataUri(png)).toMatch(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/);
  });
});

describe("an image grid", () => {
  test("maps −1 to black and 1 to white, clamps beyond, and leaves a transparent gap", async () => {
    const svg = await imageGrid({ ...labels, images: [-1, 0, 1, 5], shape: [2, 1, 2, 1] });
    const grey = (value: number) => [value, value, value, 255];
    expect(pixelsOf(svg)).toEqual([[grey(0), grey(128), [0, 0, 0, 0], grey(255), grey(255)]]);
  });

  test("shows colours", async () => {
    const svg = await imageGrid({ ...labels, images: [1, -1, 0], shape: [1, 1, 1, 3] });
    expect(pixelsOf(svg)).toEqual([[[255, 0, 128, 255]]]);
  });

  test("shows pixels that are not finite in red, and counts them", async () => {
    const svg = await imageGrid({ ...labels, images: [null, Number.NaN, 0, 0], shape: [1, 2, 2, 1] });
    expect(pixelsOf(svg)[0]![0]).toEqual([220, 38, 38, 255]);
    expect(svg).toContain("2 pixels are not finite");
  });

  test("refuses a shape that doesn't fit", async () => {
    await expect(imageGrid({ ...labels, images: [0], shape: [1, 2, 2, 1] })).rejects.toThrow("takes 4 values");
    await expect(imageGrid({ ...labels, images: [0, 0], shape: [1, 1, 1, 2] })).rejects.toThrow("1 or 3 channels");
    await expect(imageGrid({ ...labels, images: [], shape: [0, 1, 1, 1] })).rejects.toThrow("no image");
  });
});
