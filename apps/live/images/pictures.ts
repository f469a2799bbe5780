/** Pictures on canvases, and as files. */
import { type gan, io } from "saddlepoint";

/** Draws the picture pixel by pixel; CSS scales it. */
export function drawPicture(canvas: HTMLCanvasElement, picture: io.Picture): void {
  const { width, height, pixels } = picture;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
}

/** Draws images in rows of `columns`, and says what they are to those who can't see them. */
export function drawImages(canvas: HTMLCanvasElement, images: gan.SampleBatch, columns: number, label: string): void {
  drawPicture(canvas, io.imageGrid(images.values, images.shape, { columns }));
  canvas.setAttribute("aria-label", label);
}
