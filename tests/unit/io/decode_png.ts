import { inflateSync } from "node:zlib";
import { expect } from "vitest";
import { crc32 } from "../../../src/io/png.ts";

/** Reads what the encoder writes: chunks with right checksums, and rows that each start with filter type 0. */
export function decodePng(png: Uint8Array): { width: number; height: number; rows: Uint8Array } {
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

/** Each picture in an SVG, as rows of pixels [r, g, b, a]. */
export function picturesIn(svg: string): number[][][][] {
  return [...svg.matchAll(/href="data:image\/png;base64,([^"]*)"/g)].map(([, base64]) => {
    const { width, height, rows } = decodePng(new Uint8Array(Buffer.from(base64!, "base64")));
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => {
        const at = y * (width * 4 + 1) + 1 + x * 4;
        return [...rows.subarray(at, at + 4)];
      }),
    );
  });
}
