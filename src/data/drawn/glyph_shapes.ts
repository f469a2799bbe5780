import type { Curve } from "./strokes.ts";

export interface GlyphShape {
  readonly name: string;
  /** They don't touch each other, so that the parts of a drawing are its strokes. */
  readonly strokes: readonly Curve[];
}

const curve = (...controls: Curve["controls"]): Curve => ({ controls });

/** In a box from -1 to 1, y downwards. Between two strokes there are at least 0.45, room for a pen. */
export const glyphShapes: readonly GlyphShape[] = [
  {
    name: "ring",
    strokes: [
      {
        controls: [
          [0, -0.95],
          [0.5, -0.6],
          [0.65, 0],
          [0.45, 0.7],
          [0, 0.95],
          [-0.5, 0.6],
          [-0.65, 0],
          [-0.45, -0.7],
        ],
        closed: true,
      },
    ],
  },
  {
    name: "two",
    strokes: [
      curve([-0.6, -0.5], [-0.3, -0.88], [0.2, -0.9], [0.55, -0.5], [0.3, 0], [-0.6, 0.85, "corner"], [0.65, 0.8]),
    ],
  },
  {
    name: "i",
    strokes: [curve([-0.15, -0.25], [-0.1, 0.3], [0.05, 0.8], [0.35, 0.75]), curve([-0.1, -0.95], [0.05, -0.8])],
  },
  {
    name: "tee",
    strokes: [curve([-0.75, -0.7], [0, -0.85], [0.75, -0.8]), curve([0.02, -0.25], [0, 0.3], [-0.05, 0.95])],
  },
  {
    name: "epsilon",
    strokes: [
      curve([0.6, -0.75], [0, -0.95], [-0.65, -0.5], [-0.75, 0], [-0.6, 0.55], [0, 0.95], [0.65, 0.7]),
      curve([-0.1, 0], [0.6, -0.05]),
    ],
  },
  {
    name: "umlaut",
    strokes: [
      curve([-0.65, -0.25], [-0.6, 0.4], [-0.2, 0.9], [0.3, 0.8], [0.6, 0.3], [0.65, -0.3]),
      curve([-0.4, -0.95], [-0.35, -0.75]),
      curve([0.35, -0.95], [0.4, -0.75]),
    ],
  },
  {
    name: "river",
    strokes: [
      curve([-0.6, -0.75], [-0.58, 0.2], [-0.8, 0.9]),
      curve([0, -0.6], [0.03, 0.6]),
      curve([0.65, -0.9], [0.65, 0.9]),
    ],
  },
  {
    name: "pi",
    strokes: [
      curve([-0.85, -0.65], [-0.3, -0.85], [0.8, -0.8]),
      curve([-0.35, -0.25], [-0.35, 0.3], [-0.6, 0.9]),
      curve([0.3, -0.25], [0.3, 0.55], [0.65, 0.85]),
    ],
  },
  {
    name: "comb",
    strokes: [
      curve([-0.75, -0.9], [-0.8, 0], [-0.75, 0.9]),
      curve([-0.2, -0.8], [0.7, -0.85]),
      curve([-0.25, 0], [0.5, -0.05]),
      curve([-0.2, 0.8], [0.7, 0.8]),
    ],
  },
  {
    name: "frame",
    strokes: [
      curve([-0.85, -0.75], [0.25, -0.85]),
      curve([0.8, -0.85], [0.8, 0.25]),
      curve([0.85, 0.8], [-0.25, 0.85]),
      curve([-0.8, 0.85], [-0.85, -0.2]),
    ],
  },
];
