/** Every kind of PNG, with every count of channels: what the browser's decoder makes of its numbers. */
import { expect, test } from "vitest";
import { imageFiles } from "../../../src/data/images/image_files.ts";
import { type PngKind, pngFile, pngKinds } from "../../reference/png_files.ts";

/** Pixels [red, green, blue, alpha] from 0 to 1, as whole shares of every bit depth. */
const greys = [0, 1, 0.2, 0.4, 0.6, 0.8];
const alphas = [1, 1, 1, 0, 0.6, 1];

function pixelsOf({ colour, bits }: PngKind): number[][] {
  const steps = 2 ** bits - 1;
  return greys.map((share, i) => {
    const grey = Math.round(share * steps) / steps;
    const alpha = Math.round((alphas[i] as number) * steps) / steps;
    if (colour === "grey") return [grey, grey, grey, 1];
    if (colour === "grey and alpha") return [grey, grey, grey, alpha];
    const other = Math.round((1 - share) * steps) / steps;
    return [grey, other, grey, colour === "rgb" ? 1 : alpha];
  });
}

async function fileOf(kind: PngKind): Promise<{ bytes: Uint8Array<ArrayBuffer>; pixels: number[][] }> {
  const pixels = pixelsOf(kind);
  if (kind.colour === "palette") {
    const entries = pixels.slice(0, 2 ** kind.bits);
    const palette = entries.map((pixel) => pixel.map((share) => Math.round(255 * share)));
    const chosen = entries.map((_, i) => [i]);
    return { bytes: await pngFile(kind, chosen, palette), pixels: palette.map((entry) => entry.map((x) => x / 255)) };
  }
  const steps = 2 ** kind.bits - 1;
  const samples = {
    grey: ([red]: number[]) => [red],
    "grey and alpha": ([red, , , alpha]: number[]) => [red, alpha],
    rgb: (pixel: number[]) => pixel.slice(0, 3),
    rgba: (pixel: number[]) => pixel,
  }[kind.colour] as (pixel: number[]) => number[];
  const rows = pixels.map((pixel) => samples(pixel).map((share) => Math.round(share * steps)));
  return { bytes: await pngFile(kind, rows), pixels };
}

const background = [255, 0, 51] as const;

test.each(pngKinds)("$colour of $bits bits", async (kind) => {
  const { bytes, pixels } = await fileOf(kind);
  for (const channels of [1, 3, 4] as const) {
    const { values } = await imageFiles([{ name: "picture.png", bytes }], { sizes: "same", channels, background });
    pixels.forEach(([red = 0, green = 0, blue = 0, alpha = 1], i) => {
      const over = [red, green, blue].map((share, c) => 255 * share * alpha + (background[c] as number) * (1 - alpha));
      const luma = 0.299 * over[0]! + 0.587 * over[1]! + 0.114 * over[2]!;
      // A browser stores colours times their alpha, in 8 bits.
      const own = alpha === 0 ? [0, 0, 0] : [red, green, blue].map((share) => 255 * share);
      const wanted = { 1: [luma], 3: over, 4: [...own, 255 * alpha] }[channels];
      const found = Array.from(values.subarray(i * channels, (i + 1) * channels));
      found.forEach((value, c) => {
        expect(Math.abs(value - wanted[c]!), `pixel ${i}: ${found} for ${wanted}`).toBeLessThanOrEqual(1.5);
      });
    });
  }
});
