import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { crc32, encodePng, pngDataUri } from "../../../src/io/png.ts";
import { decodePng } from "./decode_png.ts";

describe("PNG", () => {
  test("has the checksum that the standard gives for 123456789", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    if (zlibCrc32) expect(crc32(Uint8Array.of(1, 2, 3))).toBe(zlibCrc32(Uint8Array.of(1, 2, 3)));
  });

  test.each([1, 3, 4])("of %i channels gives back the pixels that went in", async (channels) => {
    const [width, height] = [3, 2];
    const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 41) % 256);
    const decoded = decodePng(await encodePng(pixels, width, height, channels));
    const row = (y: number) => pixels.subarray(y * width * channels, (y + 1) * width * channels);
    expect([decoded.width, decoded.height]).toEqual([width, height]);
    expect([...decoded.rows]).toEqual([0, ...row(0), 0, ...row(1)]);
  });

  test("refuses sizes that don't fit, and says why", async () => {
    await expect(encodePng(new Uint8Array(5), 2, 2, 1)).rejects.toThrow("takes 4 bytes");
    await expect(encodePng(new Uint8Array(0), 0, 2, 1)).rejects.toThrow(ShapeError);
    await expect(encodePng(new Uint8Array(8), 2, 2, 2)).rejects.toThrow(OptionError);
  });

  test("fits a large image into an address", async () => {
    const pixels = Uint8Array.from({ length: 400 * 400 }, (_, index) => (index * 7919) % 251);
    expect(pngDataUri(await encodePng(pixels, 400, 400, 1))).toMatch(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/);
  });
});
