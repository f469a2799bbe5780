/** The picture: the discriminator's field, real samples, generated samples over them, and circles for the modes. */
import type { data } from "saddlepoint";
import { type Frame, fieldSize } from "./session.ts";

export interface Scene {
  readonly real: Float32Array;
  readonly reach: number;
  readonly modes: data.ModeSet | undefined;
}

const roles = ["surface", "grid", "series-1", "series-3", "series-7", "text"] as const;
type Paints = Readonly<Record<(typeof roles)[number], string>>;

/** Room for the darkest shade of the field under points that must stay legible. */
const fieldOpacity = 0.42;

export class Stage {
  readonly #canvas: HTMLCanvasElement;
  readonly #field = new OffscreenCanvas(fieldSize, fieldSize);
  #paints: Paints;
  #last: { readonly scene: Scene; readonly frame: Frame; readonly showField: boolean } | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#paints = paintsOf(canvas);
    new ResizeObserver(() => this.#redraw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.updateColours());
  }

  /** After a change of theme. */
  updateColours(): void {
    this.#paints = paintsOf(this.#canvas);
    this.#redraw();
  }

  /** As a PNG file. */
  picture(): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.#canvas.toBlob((blob) =>
        blob ? resolve(blob) : reject(new Error("The picture is too large to be saved.")),
      );
    });
  }

  draw(scene: Scene, frame: Frame, showField: boolean): void {
    this.#last = { scene, frame, showField };
    this.#redraw();
  }

  #redraw(): void {
    if (!this.#last) return;
    const { scene, frame, showField } = this.#last;
    const size = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    if (size === 0) return;
    if (this.#canvas.width !== size) {
      this.#canvas.width = size;
      this.#canvas.height = size;
    }
    const context = this.#canvas.getContext("2d") as CanvasRenderingContext2D;
    const paints = this.#paints;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = paints.surface;
    context.fillRect(0, 0, size, size);
    if (showField) this.#drawField(context, frame.field, size);

    // Data units from here on: y goes up.
    const scale = size / (2 * scene.reach);
    context.setTransform(scale, 0, 0, -scale, size / 2, size / 2);
    const pixel = devicePixelRatio / scale;
    drawAxes(context, scene.reach, pixel, paints.grid);
    drawPoints(context, scene.real, 1.3 * pixel, paints["series-7"], 0.45);
    drawPoints(context, frame.points, 1.8 * pixel, paints["series-1"], 0.8);
    if (scene.modes) drawModes(context, scene.modes, pixel, paints.text);
  }

  #drawField(context: CanvasRenderingContext2D, field: Float32Array, size: number): void {
    const small = this.#field.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
    small.clearRect(0, 0, fieldSize, fieldSize);
    small.fillStyle = this.#paints["series-3"];
    small.fillRect(0, 0, fieldSize, fieldSize);
    const image = small.getImageData(0, 0, fieldSize, fieldSize);
    field.forEach((probability, i) => {
      image.data[4 * i + 3] = Number.isFinite(probability) ? 255 * fieldOpacity * probability : 0;
    });
    small.putImageData(image, 0, 0);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.#field, 0, 0, size, size);
  }
}

function drawAxes(context: CanvasRenderingContext2D, reach: number, pixel: number, paint: string): void {
  context.beginPath();
  context.moveTo(-reach, 0);
  context.lineTo(reach, 0);
  context.moveTo(0, -reach);
  context.lineTo(0, reach);
  context.lineWidth = pixel;
  context.strokeStyle = paint;
  context.stroke();
}

function drawPoints(
  context: CanvasRenderingContext2D,
  points: Float32Array,
  radius: number,
  paint: string,
  opacity: number,
): void {
  context.globalAlpha = opacity;
  context.fillStyle = paint;
  context.beginPath();
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i] as number, points[i + 1] as number];
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fill();
  context.globalAlpha = 1;
}

function drawModes(context: CanvasRenderingContext2D, modes: data.ModeSet, pixel: number, paint: string): void {
  context.beginPath();
  for (const [x = 0, y = 0] of modes.centers) {
    const radius = 3 * modes.standardDeviation;
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.lineWidth = pixel;
  context.strokeStyle = paint;
  context.stroke();
}

/** Colours as the browser resolves them; a custom property by itself would be text that a canvas can't read. */
function paintsOf(canvas: HTMLElement): Paints {
  const probe = document.createElement("span");
  canvas.parentElement?.append(probe);
  const paints = Object.fromEntries(
    roles.map((role) => {
      probe.style.color = `var(--${role})`;
      return [role, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return paints as Paints;
}
