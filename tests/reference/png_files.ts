/** PNG files of every kind, made byte by byte: canvases write only one. */
import { crc32 } from "../../src/io/png.ts";

export interface PngKind {
  readonly colour: "grey" | "rgb" | "palette" | "grey and alpha" | "rgba";
  readonly bits: 1 | 2 | 4 | 8 | 16;
}

const colourTypes = { grey: 0, rgb: 2, palette: 3, "grey and alpha": 4, rgba: 6 } as const;

export const pngKinds: readonly PngKind[] = [
  ...([1, 2, 4, 8, 16] as const).map((bits) => ({ colour: "grey", bits }) as const),
  ...([1, 2, 4, 8] as const).map((bits) => ({ colour: "palette", bits }) as const),
  ...(["rgb", "grey and alpha", "rgba"] as const).flatMap((colour) =>
    ([8, 16] as const).map((bits) => ({ colour, bits }) as const),
  ),
];

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const u32 = (value: number) => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = joined([ascii(type), content]);
  return joined([u32(content.length), body, u32(crc32(body))]);
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(zipped).arrayBuffer());
}

/** The signature and the header of a PNG file, as they are in its first bytes. */
export function pngHeader(width: number, height: number, { colour, bits }: PngKind): Uint8Array {
  const header = joined([u32(width), u32(height), Uint8Array.of(bits, colourTypes[colour], 0, 0, 0)]);
  return joined([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), chunk("IHDR", header)]);
}

/**
 * A PNG file of one row.
 *
 * @param pixels the samples of each, in the file's own numbers
 * @param palette colours [red, green, blue, alpha], for that kind
 */
export async function pngFile(
  kind: PngKind,
  pixels: readonly (readonly number[])[],
  palette: readonly (readonly number[])[] = [],
): Promise<Uint8Array<ArrayBuffer>> {
  const bits = pixels
    .flat()
    .map((sample) => sample.toString(2).padStart(kind.bits, "0"))
    .join("");
  const row = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, "0"), 2),
  );
  const colours = Uint8Array.from(palette.flatMap((entry) => entry.slice(0, 3)));
  const alphas = Uint8Array.from(palette, (entry) => entry[3] as number);
  return joined([
    pngHeader(pixels.length, 1, kind),
    ...(palette.length > 0 ? [chunk("PLTE", colours), chunk("tRNS", alphas)] : []),
    chunk("IDAT", await deflate(Uint8Array.from([0, ...row]))),
    chunk("IEND", new Uint8Array()),
  ]);
}
