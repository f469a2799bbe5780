import { at } from "../../errors/at.ts";
import { assertKeys, count as atLeastOne, list, whole } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { type HostRandom, hostRandom } from "../host_random.ts";
import { type Residency, residencyKeys } from "../images/image_tables.ts";
import { type ImageSource, imagesOfBytes } from "../images/images.ts";
import { assertWhole } from "../options.ts";
import type { LabelledBatch } from "../source.ts";
import { glyphShapes } from "./glyph_shapes.ts";
import { type Curve, drawStroke, lineDistance, type Point, trace } from "./strokes.ts";

export interface GlyphsOptions extends Residency {
  /** 6,000 by default. */
  readonly count?: number;
  /** Pixels along each side; 28 by default, at least 16. */
  readonly size?: number;
  /** The same seed gives the same bytes; 1 by default. */
  readonly seed?: number;
  /** Which of the classes 0 to 9 to draw; all by default. */
  readonly classes?: readonly number[];
}

export interface GlyphSource extends ImageSource<LabelledBatch> {
  readonly labels: Uint16Array;
  /** How many strokes each image has, 1 to 4. `countStrokes` finds as many. */
  readonly strokes: Uint8Array;
  /** What each class shows. */
  readonly classNames: readonly string[];
}

/**
 * Ten signs in one to four pen strokes, as if written by hand: white on black, each class as often as the others. Strokes
 * of a sign never touch, so that a right sample has a countable number of parts, and a generator that breaks or joins
 * strokes is found out by counting (`countStrokes`).
 *
 * @throws OptionError for options out of range.
 */
export function glyphs(options: GlyphsOptions = {}): GlyphSource {
  assertKeys<GlyphsOptions>("glyphs", options, {
    count: atLeastOne,
    size: true,
    seed: whole,
    classes: list,
    ...residencyKeys,
  });
  const { count = 6000, size = 28, seed = 1, classes = glyphShapes.map((_, i) => i), ...residency } = options;
  assertWhole("glyphs", "size", size, 16);
  if (classes.length === 0 || classes.some((label) => glyphShapes[label] === undefined)) {
    throw new OptionError(
      `glyphs: classes is [${classes.join(", ")}]; give at least one of 0 to ${glyphShapes.length - 1}.`,
    );
  }
  const labels = Uint16Array.from({ length: count }, (_, i) => at(classes, i % classes.length));
  const strokesOf = (label: number) => glyphShapes[label]?.strokes ?? [];
  const values = new Uint8Array(count * size * size);
  labels.forEach((label, i) => {
    const image = values.subarray(i * size * size, (i + 1) * size * size);
    const { lines, thickness } = write(strokesOf(label), hostRandom(seed, i), size);
    for (const line of lines) drawStroke(image, size, line, thickness);
  });
  const classNames = glyphShapes.map(({ name }) => name);
  return {
    ...imagesOfBytes({ ...residency, values, shape: [count, size, size], labels, classNames, name: "glyphs" }),
    labels,
    strokes: Uint8Array.from(labels, (label) => strokesOf(label).length),
    classNames,
  };
}

/** How far a hand strays, at most: each is drawn evenly from minus this to this. */
const stray = {
  /** Of each control along both axes, in the box of the shapes. */
  control: 0.1,
  radians: 0.2,
  slant: 0.15,
  /** As shares. */
  stretch: 0.12,
  thickness: 0.2,
  /** As a share of the image's side. */
  shift: 0.07,
};

/** Half the side of a sign, and the thickness of a stroke, as shares of the image's side. */
const usualReach = 0.33;
const usualThickness = 0.08;

/** Pixels that stay black between two strokes: more than the diagonal of one, so that none touches both. */
const leastGap = 1.5;

/** Pixels at the border that stay black. */
const margin = 1;

interface Writing {
  /** In pixels. */
  readonly lines: readonly Point[][];
  readonly thickness: number;
}

/** Writes a sign, more carefully each time that two strokes come too close. */
function write(strokes: readonly Curve[], random: HostRandom, size: number): Writing {
  for (let freedom = 1; ; freedom *= 0.9) {
    const writing = attempt(strokes, random, size, freedom);
    if (freedom < 1e-3 || isApart(writing)) return writing;
  }
}

function attempt(strokes: readonly Curve[], random: HostRandom, size: number, freedom: number): Writing {
  const around = (reach: number) => random.uniform(-reach, reach) * freedom;
  const angle = around(stray.radians);
  const slant = around(stray.slant);
  const reach = usualReach * size;
  const [scaleX, scaleY] = [reach * (1 + around(stray.stretch)), reach * (1 + around(stray.stretch))];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const thickness = usualThickness * size * (1 + around(stray.thickness));
  const lines = strokes.map(({ controls, closed }) => {
    const strayed = controls.map(
      ([x, y, ...sharp]) => [x + around(stray.control), y + around(stray.control), ...sharp] as const,
    );
    return trace({ controls: strayed, ...(closed && { closed }) }).map(([x, y]): Point => {
      const [u, v] = [scaleX * (x - slant * y), scaleY * y];
      return [cos * u - sin * v, sin * u + cos * v];
    });
  });
  const shift = [0, 1].map((axis) => {
    const positions = lines.flat().map((point) => point[axis as 0 | 1]);
    const room = margin + thickness / 2;
    const [low, high] = [room - Math.min(...positions), size - room - Math.max(...positions)];
    const wanted = size / 2 + around(stray.shift) * size;
    return low > high ? (low + high) / 2 : Math.min(high, Math.max(low, wanted));
  }) as [number, number];
  return { lines: lines.map((line) => line.map(([x, y]): Point => [x + shift[0], y + shift[1]])), thickness };
}

function isApart({ lines, thickness }: Writing): boolean {
  return lines.every((line, i) =>
    lines.slice(i + 1).every((other) => lineDistance(line, other) >= thickness + leastGap),
  );
}
