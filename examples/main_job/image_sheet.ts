/** A batch of images as the pixels of one. */

export interface Sheet {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Broken pixels must not pass for black or white ones; in grey, mid-grey is all that is left. */
const brokenByte = 128;

/**
 * Images [N, H, W, C] of values from -1 to 1 in rows, about a square of them, each pixel `scale` pixels wide, with a black
 * pixel between images.
 */
export function imageSheet(
  values: Float32Array,
  [count, height, width, channels]: readonly [number, number, number, number],
  scale = 3,
): Sheet {
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const pitch = { x: width * scale + 1, y: height * scale + 1 };
  const sheet = { width: columns * pitch.x - 1, height: rows * pitch.y - 1, channels };
  const pixels = new Uint8Array(sheet.width * sheet.height * channels);
  for (let image = 0; image < count; image++) {
    const left = (image % columns) * pitch.x;
    const top = Math.floor(image / columns) * pitch.y;
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const from = ((image * height + Math.floor(y / scale)) * width + Math.floor(x / scale)) * channels;
        const to = ((top + y) * sheet.width + left + x) * channels;
        for (let channel = 0; channel < channels; channel++) pixels[to + channel] = byte(values[from + channel]);
      }
    }
  }
  return { ...sheet, pixels };
}

function byte(value: number | undefined): number {
  if (value === undefined || !Number.isFinite(value)) return brokenByte;
  return Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5);
}
